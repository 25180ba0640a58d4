// SPDX-License-Identifier: Apache-2.0
#include "config/template/shell_template.hpp"
#include "config/template/text_template.hpp"
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::plan;
using nlohmann::json;

namespace {

/// A scope with some context; every reference is bound to it or to the input.
struct template_fixture {
  scope where{std::make_shared<const run_values>(run_values{value{json{{"n", 1}}}, {}}),
              context{}
                .set("list", value{json{1, 2, 3}})
                .set("i", value{2})
                .set("o", value{json{{"x y", "spaced"}, {"nil", nullptr}}}),
              {}};
  value input{json{{"text", "hi"}}};

  expected<value> fill(const std::string& text) {
    auto parsed = parse_template(text);
    BOOST_REQUIRE_MESSAGE(parsed, text << ": " << (parsed ? "" : parsed.error().message));
    each_reference(*parsed, [](reference& x, bool) {
      x.origin = x.root == "inputs"    ? origin::inputs
                 : x.root == "context" ? origin::context
                                       : origin::previous;
    });
    return resolve(*parsed, {where, input});
  }
};

std::string shell_of(const std::string& text) {
  auto shell = to_shell(*parse_template(text));
  return shell ? shell->script : "refused: " + shell.error().message;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(template_suite, template_fixture)

BOOST_AUTO_TEST_CASE(a_string_that_is_one_template_keeps_the_type) {
  BOOST_TEST(fill("${inputs.n}")->json() == 1);
  BOOST_TEST(fill("${context.list}")->json() == json({1, 2, 3}));
  BOOST_TEST(fill("${inputs.n} ")->json() == "1 ");
}

BOOST_AUTO_TEST_CASE(inside_text_values_become_text) {
  BOOST_TEST(fill("a${previous.text}b${context.list}c${context.o.nil}d")->text() ==
             "ahib[1,2,3]cd");
}

BOOST_AUTO_TEST_CASE(places_and_names_in_brackets_lead_further) {
  BOOST_TEST(fill("${context.list[0]}")->json() == 1);
  BOOST_TEST(fill("${context.o[\"x y\"]}")->text() == "spaced");
  BOOST_TEST(fill("${context.list[${context.i}]}")->json() == 3);
}

BOOST_AUTO_TEST_CASE(defaults_cover_absence_and_null) {
  BOOST_TEST(fill("${context.nope ?? inputs.n}")->json() == 1);
  BOOST_TEST(fill("${context.o.nil ?? \"x\"}")->text() == "x");
  BOOST_TEST(fill("${ context.nope ?? context.no ?? -1.5 }")->json() == -1.5);
  BOOST_TEST(fill("${context.nope ?? null}")->is_null());
  BOOST_TEST(fill("${context.nope ?? true}")->json() == true);
}

BOOST_AUTO_TEST_CASE(filters_change_what_a_template_gives_one_after_another) {
  BOOST_TEST(fill("${previous.text | upper}")->text() == "HI");
  BOOST_TEST(fill("${ \"Ärger HIER\" | lower }")->text() == "Ärger hier");
  BOOST_TEST(fill("${context.list | join(\", \")}")->text() == "1, 2, 3");
  BOOST_TEST(fill("${context.list|join( \"|}\" )|length}")->json() == 7);
  BOOST_TEST(fill("${context.nope ?? \"x\" | upper | tojson}")->text() == "\"X\"");
}

BOOST_AUTO_TEST_CASE(length_is_a_number_of_characters_items_or_members) {
  BOOST_TEST(fill("${\"Ärger\" | length}")->json() == 5);
  BOOST_TEST(fill("${context.list | length}")->json() == 3);
  BOOST_TEST(fill("${context.o | length}")->json() == 2);
}

BOOST_AUTO_TEST_CASE(a_filter_that_does_not_take_a_value_says_so) {
  auto why = [&](const std::string& text) { return fill(text).error().message; };
  BOOST_TEST(why("${inputs.n | upper}") == "${inputs.n | upper}: upper wants a text, got number");
  BOOST_TEST(why("${previous.text | join(\",\")}") ==
             "${previous.text | join(\",\")}: join wants a list, got string");
  BOOST_TEST(why("${inputs.n | length}") ==
             "${inputs.n | length}: length wants a text, a list or an object, got number");
  BOOST_TEST((fill("${inputs.n | upper}").error().code == errc::invalid_input));
  BOOST_TEST((fill("${context.nope | upper}").error().code == errc::unresolved_reference));
}

BOOST_AUTO_TEST_CASE(what_is_no_filter_is_refused) {
  auto why = [](const std::string& text) { return parse_template(text).error().message; };
  BOOST_TEST(why("${a | uper}") == "there is no filter \"uper\"");
  BOOST_TEST(why("${a | }") == "wanted a filter after `|`, got `}`");
  BOOST_TEST(why("${a | join}") == "`join` needs what to put between the items");
  BOOST_TEST(why("${a | join(\",\"}") == "wanted `)`, got `}`");
  BOOST_TEST(why("${a | upper ?? b}") == "wanted `}` or `|`, got `?`");
  BOOST_TEST(why("${a | upper") == "wanted `}` or `|`, got the end of the text");
}

BOOST_AUTO_TEST_CASE(a_doubled_dollar_is_a_literal) {
  BOOST_TEST(fill("$${HOME} $5 ${inputs.n}")->text() == "${HOME} $5 1");
}

BOOST_AUTO_TEST_CASE(what_a_template_gives_is_never_expanded_again) {
  input = value{json{{"text", "${inputs.n} $(id) `id`"}}};
  BOOST_TEST(fill("x${previous.text}")->text() == "x${inputs.n} $(id) `id`");
}

BOOST_AUTO_TEST_CASE(an_absent_value_is_an_error_that_says_how_far_it_came) {
  auto why = [&](const std::string& text) { return fill(text).error().message; };
  BOOST_TEST(why("${previous.txt}") ==
             "${previous.txt}: \"previous\" has no \"txt\"; it has: text");
  BOOST_TEST(why("${context.list[7]}") == "${context.list[7]}: \"list\" has 3 items, none at 7");
  BOOST_TEST(why("${previous.text.x}") ==
             "${previous.text.x}: \"text\" is string, it has no \"x\"");
  BOOST_TEST(why("${previous[0]}") == "${previous[0]}: \"previous\" is object, not a list");
}

BOOST_AUTO_TEST_CASE(in_a_command_a_template_becomes_a_variable_that_fits_its_quoting) {
  BOOST_TEST(shell_of("echo ${a}") == "echo \"${TROUPE_1}\"");
  BOOST_TEST(shell_of("echo \"x ${a} ${b}\"") == "echo \"x ${TROUPE_1} ${TROUPE_2}\"");
  BOOST_TEST(shell_of("echo 'x ${a}'") == "echo 'x '\"${TROUPE_1}\"''");
  BOOST_TEST(shell_of("echo \"$(cat ${a})\"") == "echo \"$(cat \"${TROUPE_1}\")\"");
  BOOST_TEST(shell_of("echo `cat ${a}`") == "echo `cat \"${TROUPE_1}\"`");
  BOOST_TEST(shell_of("echo it\\'s ${a}") == "echo it\\'s \"${TROUPE_1}\"");
  BOOST_TEST(shell_of("# don't\necho ${a}") == "# don't\necho \"${TROUPE_1}\"");
  BOOST_TEST(shell_of("echo a#'${a}'") == "echo a#''\"${TROUPE_1}\"''");
  BOOST_TEST(shell_of("cat <<E\nit's ${a}\nE\necho ${b}") ==
             "cat <<E\nit's ${TROUPE_1}\nE\necho \"${TROUPE_2}\"");
  BOOST_TEST(shell_of("cat <<-E\n\t${a}\n\tE\necho '${b}'") ==
             "cat <<-E\n\t${TROUPE_1}\n\tE\necho ''\"${TROUPE_2}\"''");
}

BOOST_AUTO_TEST_CASE(two_here_documents_of_one_line_come_one_after_the_other) {
  BOOST_TEST(shell_of("cat <<A <<'B'\n${a}\nA\n$x\nB\necho '${b}'") ==
             "cat <<A <<'B'\n${TROUPE_1}\nA\n$x\nB\necho ''\"${TROUPE_2}\"''");
  BOOST_TEST(shell_of("cat <<A <<'B'\nx\nA\n${a}\nB").starts_with("refused: a here-document"));
}

BOOST_AUTO_TEST_CASE(what_only_looks_dangerous_is_read) {
  BOOST_TEST(shell_of("case $1 in x) echo ${a};; esac") ==
             "case $1 in x) echo \"${TROUPE_1}\";; esac");
  BOOST_TEST(shell_of("echo \"$(echo lowercase ${a})\"") ==
             "echo \"$(echo lowercase \"${TROUPE_1}\")\"");
  BOOST_TEST(shell_of("echo \\\\${a}") == "echo \\\\\"${TROUPE_1}\"");
  BOOST_TEST(shell_of("echo '\\${a}'") == "echo '\\'\"${TROUPE_1}\"''");
  BOOST_TEST(shell_of("cat <<E\n$(ls)\nE\necho ${a}") == "cat <<E\n$(ls)\nE\necho \"${TROUPE_1}\"");
}

BOOST_AUTO_TEST_CASE(where_no_quoting_helps_a_template_is_refused) {
  BOOST_TEST(shell_of("echo $((1 + ${a}))") == "refused: data in $((…)) could become code");
  BOOST_TEST(shell_of("cat <<'E'\n${a}\nE").starts_with("refused: a here-document"));
  BOOST_TEST(shell_of("echo \\${a}").starts_with("refused: a backslash"));
  BOOST_TEST(shell_of("echo \"\\${a}\"").starts_with("refused: a backslash"));
  BOOST_TEST(shell_of("cat <<E\n\\${a}\nE").starts_with("refused: a backslash"));
  BOOST_TEST(
    shell_of("echo \"$(case x in x) echo ${a};; esac)\"").starts_with("refused: behind a"));
  BOOST_TEST(shell_of("cat <<E\n$(ls ${a})\nE").starts_with("refused: behind a command"));
  BOOST_TEST(shell_of("echo $'a\\'' ${a}").starts_with("refused: shells differ"));
}

BOOST_AUTO_TEST_CASE(a_text_that_no_environment_takes_is_refused) {
  input = value{json{{"text", std::string(200'000, 'x')}}};
  auto parsed = *parse_template("echo ${previous.text}");
  each_reference(parsed, [](reference& x, bool) { x.origin = origin::previous; });
  auto filled = resolve(*to_shell(parsed), {where, input});
  BOOST_TEST((filled.error().code == errc::payload_too_large));
  BOOST_TEST(filled.error().message.ends_with("use `stdin`"));
  input = value{json{{"text", std::string("a\0b", 3)}}};
  BOOST_TEST((resolve(*to_shell(parsed), {where, input}).error().code == errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()
