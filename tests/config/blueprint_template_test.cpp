// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/template.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::config::blueprint;

namespace {

struct blueprint_template_fixture {
  nlohmann::json document = nlohmann::json::parse(R"([{"name": "fetch"}, {"name": "a b"}])");
  step_names names{document};

  std::string native(const std::string& text) {
    auto made = to_native(text, names);
    return made ? *made : "refused: " + made.error().message;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(blueprint_template_suite, blueprint_template_fixture)

BOOST_AUTO_TEST_CASE(values_have_other_names) {
  BOOST_TEST(native("{{ context.x.y }}") == "${context.x.y}");
  BOOST_TEST(native("{{previous_step}}") == "${previous}");
  BOOST_TEST(native("{{ previous_step.rows[0]['a b'] }}") == "${previous.rows[0][\"a b\"]}");
  BOOST_TEST(native("{{ this.n }} of {{ inputs.n }}") == "${item.n} of ${inputs.n}");
  BOOST_TEST(native("{{ result }}") == "${result}");
}

BOOST_AUTO_TEST_CASE(a_step_is_its_output_or_its_whole_result) {
  BOOST_TEST(native("{{ steps.fetch.output }}") == "${fetch}");
  BOOST_TEST(native("{{ steps.fetch.output.rows[0] }}") == "${fetch.rows[0]}");
  BOOST_TEST(native("{{ steps['a b'].output }}") == "${a_b}");
  BOOST_TEST(native("{{ steps.fetch.status }}") == "${steps.fetch.status}");
  BOOST_TEST(native("{{ steps.fetch }}") == "${steps.fetch}");
}

BOOST_AUTO_TEST_CASE(defaults_and_filters_are_kept) {
  BOOST_TEST(native("{{ context.a or context.b or 'none' }}") ==
             "${context.a ?? context.b ?? \"none\"}");
  BOOST_TEST(native("{{ context.a or 3 }}{{ context.a or None }}{{ context.a or True }}") ==
             "${context.a ?? 3}${context.a ?? null}${context.a ?? true}");
  BOOST_TEST(native("{{ context.a | join(\", \") | upper }}") ==
             "${context.a | join(\", \") | upper}");
  BOOST_TEST(native("{{ (context.a or 'x') | lower }}") == "${context.a ?? \"x\" | lower}");
}

BOOST_AUTO_TEST_CASE(what_is_no_template_stays_what_it_is) {
  BOOST_TEST(native("plain } text { $5") == "plain } text { $5");
  BOOST_TEST(native("${HOME} and $${HOME}") == "$${HOME} and $$${HOME}");
  BOOST_TEST(native("\\{{ literal }}") == "{{ literal }}");
  BOOST_TEST(native("{{ '}} in quotes' }}") == "${\"}} in quotes\"}");
}

BOOST_AUTO_TEST_CASE(a_dollar_before_a_template_stays_one) {
  BOOST_TEST(native("${{ context.price }}") == "${\"$\"}${context.price}");
}

BOOST_AUTO_TEST_CASE(what_is_not_understood_is_refused) {
  BOOST_TEST(native("{{ context.a") == "refused: a template does not end");
  BOOST_TEST(native("{{ }}") == "refused: wanted a name, got the end");
  BOOST_TEST(native("{{ context.a + 1 }}") == "refused: wanted `or`, `|` or `}}`, got `+`");
  BOOST_TEST(native("{{ context.a | title }}") == "refused: there is no filter `title`");
  BOOST_TEST(native("{{ context.a | join }}") ==
             "refused: `join` needs what to put between the items");
  BOOST_TEST(native("{{#if context.a}}x{{/if}}") == "refused: there are no blocks in templates");
  BOOST_TEST(native("{{ context.a[-1] }}") ==
             "refused: a template counts places from 0, not from the end");
  BOOST_TEST(native("{{ steps.fetched.output }}") == "refused: there is no step \"fetched\"");
  BOOST_TEST(native("{{ fetch }}") == "refused: \"fetch\" is nothing that has a value here");
}

BOOST_AUTO_TEST_SUITE_END()
