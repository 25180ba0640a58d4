// SPDX-License-Identifier: Apache-2.0
#include "tests/support/running.hpp"
#include "troupe/engine.hpp"

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

BOOST_FIXTURE_TEST_SUITE(summary, engine_fixture)

BOOST_AUTO_TEST_CASE(a_summary_tells_of_what_went_wrong_and_counts_the_rest) {
  troupe::engine engine;
  auto x = must_parse(
    "{'troupe': 1, 'pipeline': [{'type': 'echo', 'params': {'value': 'given'}},"
    " {'id': 'g', 'on_error': 'continue', 'parallel': {'a': {'type': 'echo'}, 'b': {'type': "
    "'fail'},"
    " 'c': {'type': 'echo', 'when': 'false'}}}, {'type': 'echo', 'params': {'value': 'last'}}]}",
    engine.steps());
  auto full = engine.run(x);
  auto brief = engine.run(x, {}, {.results = result_detail::summary});
  BOOST_TEST(brief.output.json() == full.output.json());
  BOOST_TEST(full.tree->children.size() == 3u);
  BOOST_REQUIRE(brief.tree->children.size() == 1u);
  BOOST_TEST(brief.tree->metadata.at("succeeded").json() == 3);
  auto &group = *brief.tree->children[0], &whole = *full.tree->children[1];
  BOOST_REQUIRE(group.children.size() == 1u);
  BOOST_TEST(group.children[0]->path == "g/b");
  BOOST_TEST((group.metadata == whole.metadata));
  BOOST_TEST(group.feedback == whole.feedback);
}

BOOST_AUTO_TEST_CASE(a_summary_lets_go_of_outputs_that_nothing_reads_any_more) {
  troupe::engine engine;
  std::weak_ptr<int> given;
  engine.steps().add_inline("give", [&](const step_input&) -> step_output {
    auto kept = std::make_shared<int>(7);
    given = kept;
    return value::deferred([kept] { return value{nlohmann::json(*kept)}; }, 1);
  });
  engine.steps().add_inline(
    "look", [&](const step_input&) -> step_output { return nlohmann::json(given.expired()); });
  auto x = must_parse("{'troupe': 1, 'pipeline': [{'type': 'give'},"
                      " {'type': 'echo', 'params': {'value': 1}}, {'type': 'look'}]}",
                      engine.steps());
  BOOST_TEST(engine.run(x).output.json() == false);
  BOOST_TEST(engine.run(x, {}, {.results = result_detail::summary}).output.json() == true);
}

BOOST_AUTO_TEST_SUITE_END()
