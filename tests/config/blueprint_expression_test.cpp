// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/expression.hpp"
#include "config/jq/programs.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::config::blueprint;
using nlohmann::json;

namespace {

/// A document in which three steps are named, and a value for everything that can be.
struct expression_fixture {
  json document = json::parse(R"([{"name": "fetch"}, {"name": "a-b"}, {"name": "if"}])");
  step_names names{document};
  json input = json::parse(R"({"ok": true, "text": "yes", "none": null, "list": [1, 2]})");
  json context =
    json::parse(R"({"n": 3, "tags": ["a", "b"], "user": {"name": "Ada"}, "odd key": 1})");

  std::string jq(const std::string& text) {
    auto made = to_jq(text, names);
    BOOST_REQUIRE_MESSAGE(made, text << ": " << (made ? "" : made.error().message));
    return made->text;
  }
  /// What the program gives; `fetch` has given 5.
  json value_of(const std::string& text) {
    config::jq_programs programs{{{jq(text), {"context", "fetch"}}}};
    auto given =
      programs.evaluate(0, value{input}, {{"context", value{context}}, {"fetch", value{5}}});
    BOOST_REQUIRE_MESSAGE(given, text << ": " << (given ? "" : given.error().message));
    return config::as_one_value(*given).json();
  }
  bool holds(const std::string& text) {
    auto made = to_jq(text, names);
    BOOST_REQUIRE_MESSAGE(made, text);
    config::jq_programs programs{{{truth_of(*made), {"context", "fetch"}}}};
    auto given =
      programs.evaluate(0, value{input}, {{"context", value{context}}, {"fetch", value{5}}});
    BOOST_REQUIRE_MESSAGE(given, text);
    return config::as_one_value(*given).json() == true;
  }
  syntax_problem refused(const std::string& text) {
    auto made = to_jq(text, names);
    BOOST_REQUIRE_MESSAGE(!made, text << " became " << (made ? made->text : ""));
    return made.error();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(blueprint_expression_suite, expression_fixture)

BOOST_AUTO_TEST_CASE(names_are_those_of_templates) {
  BOOST_TEST(jq("previous_step") == ".");
  BOOST_TEST(jq("previous_step.a[0]['x y']") == ".a[0][\"x y\"]");
  BOOST_TEST(jq("previous_step['a']") == ".a");
  BOOST_TEST(jq("context.user.name") == "$context.user.name");
  BOOST_TEST(jq("context['odd key']") == "$context[\"odd key\"]");
  BOOST_TEST(jq("inputs.n") == "$inputs.n");
  BOOST_TEST(jq("this.n") == "$item.n");
}

BOOST_AUTO_TEST_CASE(a_step_is_a_variable_if_its_name_can_be_one) {
  BOOST_TEST(jq("steps.fetch.output.rows[-1]") == "$fetch.rows[-1]");
  BOOST_TEST(jq("steps['a-b'].output.x") == "$steps[\"a-b\"].output.x");
  BOOST_TEST(jq("steps.a-b.output") == "$steps[\"a-b\"].output");
  BOOST_TEST(jq("steps.if.output") == "$steps[\"if\"].output");
  BOOST_TEST(jq("steps.fetch.status") == "$steps[\"fetch\"].status");
}

BOOST_AUTO_TEST_CASE(a_renamed_step_is_found_by_the_name_that_is_written) {
  names.add_alias("fetch", "fetch_2");
  BOOST_TEST(jq("steps.fetch.output") == "$fetch_2");
}

BOOST_AUTO_TEST_CASE(comparisons_are_booleans_and_may_be_chained) {
  BOOST_TEST(jq("context.n > 0.9") == "$context.n > 0.9");
  BOOST_TEST(to_jq("context.n > 0.9", names)->is_boolean);
  BOOST_TEST(!to_jq("context.n", names)->is_boolean);
  BOOST_TEST(holds("1 < context.n <= 3"));
  BOOST_TEST(!holds("1 < context.n <= 2"));
  BOOST_TEST(holds("steps.fetch.output == 5 and previous_step.text != \"no\""));
  BOOST_TEST(holds("context.n > -1.5 and context.n >= .5"));
  BOOST_TEST(holds("previous_step.none is None and previous_step.text is not None"));
}

BOOST_AUTO_TEST_CASE(not_and_or_bind_as_in_python) {
  BOOST_TEST(holds("True or False and False"));
  BOOST_TEST(!holds("(True or False) and False"));
  BOOST_TEST(holds("not False and True"));
  BOOST_TEST(holds("not context.n == 4"));
  BOOST_TEST(holds("not True or True"));
  BOOST_TEST(!holds("not False and False"));
  BOOST_TEST(!holds("not (context.n == 3 or false)"));
}

BOOST_AUTO_TEST_CASE(what_is_empty_counts_as_false) {
  for (auto nothing : {"[]", "''", "0", "None", "context.missing", "len([])"}) {
    BOOST_TEST(!holds(nothing));
    BOOST_TEST(holds(std::string{"not "} + nothing));
    BOOST_TEST(!holds(std::string{nothing} + " and True"));
  }
  for (auto something : {"[0]", "'x'", "0.1", "context.user", "previous_step.ok"})
    BOOST_TEST(holds(something));
}

BOOST_AUTO_TEST_CASE(or_gives_the_first_value_that_counts_as_true) {
  BOOST_TEST(value_of("previous_step.none or 'x'") == "x");
  BOOST_TEST(value_of("context.n or 'x'") == 3);
  BOOST_TEST(value_of("context.missing or previous_step.text") == "yes");
  BOOST_TEST(holds("(context.missing or 'de') == 'de'"));
}

BOOST_AUTO_TEST_CASE(in_looks_into_lists_texts_and_objects) {
  BOOST_TEST(holds("'a' in context.tags"));
  BOOST_TEST(!holds("'c' in context.tags"));
  BOOST_TEST(holds("'es' in previous_step.text"));
  BOOST_TEST(holds("'name' in context.user"));
  BOOST_TEST(holds("context.n in [1, 2, 3] and context.n not in [4]"));
  BOOST_TEST(holds("previous_step.text in ['yes', 'no'] or False"));
}

BOOST_AUTO_TEST_CASE(get_takes_a_default_and_leads_on) {
  BOOST_TEST(value_of("context.get('n', 7)") == 3);
  BOOST_TEST(value_of("context.user.get('age', 7)") == 7);
  BOOST_TEST(value_of("context.get('age')").is_null());
  BOOST_TEST(value_of("context.get('user').name") == "Ada");
  BOOST_TEST(value_of("previous_step.get('list')[1]") == 2);
  BOOST_TEST(value_of("context.get('a', [])") == json::array());
}

BOOST_AUTO_TEST_CASE(len_counts) {
  BOOST_TEST(value_of("len(context.tags)") == 2);
  BOOST_TEST(holds("len(previous_step.text) > 2"));
}

BOOST_AUTO_TEST_CASE(texts_are_python_s) {
  BOOST_TEST(value_of(R"x('it\'s "so"')x") == "it's \"so\"");
  BOOST_TEST(value_of(R"x("a\\b\(c)")x") == "a\\b\\(c)");
  BOOST_TEST(value_of("{{ 'in braces' }}") == "in braces");
}

BOOST_AUTO_TEST_CASE(what_is_not_understood_is_shown) {
  BOOST_TEST(refused("context.n = 3").piece == "=");
  BOOST_TEST(refused("context.n + 1 > 2").message == "wanted the end or an operator, got `+`");
  BOOST_TEST(refused("max(1) > 2").message == "there is no such function here");
  BOOST_TEST(refused("max(1) > 2").piece == "max");
  BOOST_TEST(refused("contex.n").hint == "did you mean \"context\"?");
  BOOST_TEST(refused("contex.n").code == "unknown_reference");
  BOOST_TEST(refused("fetch.x").hint == "for the output of a step write steps.fetch.output");
  BOOST_TEST(refused("steps.fetsh.output").piece == "fetsh");
  BOOST_TEST(refused("steps.fetsh.output").hint == "did you mean \"fetch\"?");
  BOOST_TEST(refused("steps").message == "`steps` needs the name of a step");
  BOOST_TEST(refused("context.n >").message == "wanted a value, got the end");
  BOOST_TEST(refused("(context.n").message == "wanted `)`, got the end");
  BOOST_TEST(refused("[1, 2").message == "wanted `]`, got the end");
  BOOST_TEST(refused("'open").message == "a text does not end");
  BOOST_TEST(refused("1.2.3").message == "\"1.2.3\" is no number");
  BOOST_TEST(refused("context.get(n)").message == "wanted a 'key' in .get( ), got `n`");
  BOOST_TEST(refused("context not n").message == "wanted `in`, got `n`");
  BOOST_TEST(refused("").message == "wanted a value, got the end");
}

BOOST_AUTO_TEST_SUITE_END()
