// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A step `id` that gives `what` after that many milliseconds.
std::string giving(const std::string& id, const std::string& what, int ms) {
  return "{'id': '" + id + "', 'sequence': [{'type': 'sleep', 'params': {'for': '" +
         std::to_string(ms) + "ms'}}, {'type': 'template', 'params': {'text': '" + what + "'}}]}";
}

std::string failing(const std::string& id, int ms) {
  return "{'id': '" + id + "', 'sequence': [{'type': 'sleep', 'params': {'for': '" +
         std::to_string(ms) + "ms'}}, {'type': 'fail'}]}";
}

std::string group(const std::string& branches, const std::string& more) {
  return "{'id': 'g', 'parallel': [" + branches + "], " + more + "}";
}

const std::string list = "{'id': 'list', 'type': 'echo', 'params': {'value': [1, 2, 3, 4, 5]}}, ";
const std::string takers =
  "{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}, {'id': 'c', 'type': 'echo'}";

} // namespace

BOOST_FIXTURE_TEST_SUITE(strategies_suite, run_fixture)

BOOST_AUTO_TEST_CASE(a_quorum_takes_the_first_successes_and_cancels_the_rest) {
  run_all(group(giving("a", "A", 50) + "," + giving("b", "B", 500) + "," + giving("c", "C", 10),
                "'merge': {'quorum': 2}"));
  BOOST_TEST(output() == json({"A", "C"})); // in order of definition
  BOOST_TEST((lasted() < 60ms));
  BOOST_TEST(status_of(*node(0).children.at(1)) == "cancelled");
  BOOST_TEST(status_of(*result) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_quorum_fails_as_soon_as_it_is_out_of_reach) {
  run_all(group(failing("a", 10) + "," + failing("b", 20) + "," + giving("c", "C", 500),
                "'merge': {'quorum': 2}"));
  BOOST_TEST(code_of(*result) == "quorum_unreachable");
  BOOST_TEST((result->error->cause->code == errc::step_failed));
  BOOST_TEST((lasted() < 30ms));
}

BOOST_AUTO_TEST_CASE(the_majority_wins_and_decides_early) {
  run_all(group(giving("a", "x", 10) + "," + giving("b", "y", 20) + "," + giving("c", "x", 30) +
                  "," + giving("d", "x", 40) + "," + giving("e", "y", 500),
                "'merge': 'majority_vote'"));
  BOOST_TEST(output() == "x");
  BOOST_TEST((lasted() < 50ms));
  BOOST_TEST(node(0).metadata.at("votes").json() ==
             json::parse(R"([{"output": "x", "votes": 3}, {"output": "y", "votes": 1}])"));
}

BOOST_AUTO_TEST_CASE(a_failure_may_decide_a_vote) {
  run_all(group(giving("a", "x", 10) + "," + giving("b", "x", 20) + "," + giving("c", "y", 30) +
                  "," + failing("d", 40) + "," + giving("e", "y", 500),
                "'merge': 'majority_vote'"));
  BOOST_TEST(output() == "x");
  BOOST_TEST((lasted() >= 500ms)); // a tie was possible
  run_all(group(giving("a", "x", 10) + "," + giving("b", "x", 20) + "," + failing("c", 40) + "," +
                  giving("d", "y", 500),
                "'merge': 'majority_vote'"));
  BOOST_TEST((lasted() < 50ms));
}

BOOST_AUTO_TEST_CASE(out_of_time_the_node_that_joins_is_not_the_cause) {
  run_all(group(giving("a", "x", 1), "'timeout': '1s', 'merge': {'node': {'id': 'j', 'type': "
                                     "'sleep', 'params': {'for': '1h'}}}"));
  BOOST_TEST(code_of(*result) == "timeout");
}

BOOST_AUTO_TEST_CASE(of_equally_many_votes_the_earliest_output_wins) {
  run_all(group(giving("a", "x", 20) + "," + giving("b", "y", 10) + "," + failing("c", 5),
                "'merge': 'majority_vote'"));
  BOOST_TEST(output() == "x");
  BOOST_TEST(status_of(*result) == "succeeded"); // losers do not count
}

BOOST_AUTO_TEST_CASE(a_program_reduces_the_results_of_all_branches) {
  run_all(group(giving("a", "x", 20) + "," + failing("b", 5),
                "'on_error': 'continue', 'merge': {'reduce': 'map(.status)'}"));
  BOOST_TEST(output() == json({"succeeded", "failed"}));
  BOOST_TEST(status_of(*result) == "degraded");
}

BOOST_AUTO_TEST_CASE(a_node_may_join_the_branches_and_see_each_of_them) {
  run_all(group(giving("a", "x", 20) + "," + giving("b", "y", 5),
                "'merge': {'node': {'id': 'join', 'type': 'template', 'params': {'text': "
                "'${a}${b}${previous[1].output}'}}}"));
  BOOST_TEST(output() == "xyy");
  BOOST_TEST(told(event_type::step_finished, "g/join") == 1u);
}

BOOST_AUTO_TEST_CASE(functions_of_the_host_split_and_merge) {
  kinds.add_split("halves", [](const value& x) { return value{json{x.json()[0], x.json()[1]}}; });
  kinds.add_merge("longest", [](const value& results) {
    std::string best;
    for (auto& x : results.json())
      best = std::max(best, x.at("output").get<std::string>(),
                      [](auto& a, auto& b) { return a.size() < b.size(); });
    return value{json(best)};
  });
  run_all("{'id': 'list', 'type': 'echo', 'params': {'value': ['s', 'long']}}, {'id': 'g', "
          "'parallel': [{'id': 'a', 'type': 'echo'}, "
          "{'id': 'b', 'type': 'echo'}], 'split': 'halves', 'merge': 'longest'}");
  BOOST_TEST(output() == "long");
}

BOOST_AUTO_TEST_CASE(a_list_is_dealt_or_cut) {
  run_all(list + group(takers, "'split': 'round_robin', 'merge': 'outputs'"));
  BOOST_TEST(output() == json::parse("[[1, 4], [2, 5], [3]]"));
  run_all(list + group(takers, "'split': 'chunk', 'merge': 'outputs'"));
  BOOST_TEST(output() == json::parse("[[1, 2], [3, 4], [5]]"));
  run_all(list + group(takers, "'split': {'jq': '[.[0], .[1:3], null]'}, 'merge': 'outputs'"));
  BOOST_TEST(output() == json::parse("[1, [2, 3], null]"));
}

BOOST_AUTO_TEST_CASE(a_branch_without_items_is_skipped_and_wrong_inputs_are_refused) {
  run_all("{'id': 'l', 'type': 'echo', 'params': {'value': [1]}}, " +
          group(takers, "'split': 'chunk', 'merge': 'outputs'"));
  BOOST_TEST(output() == json::parse("[[1], null, null]"));
  BOOST_TEST(status_of(*node(1).children.at(2)) == "skipped");
  run_all("{'id': 'l', 'type': 'echo', 'params': {'value': 7}}, " +
          group(takers, "'split': 'chunk'"));
  BOOST_TEST(code_of(*result) == "invalid_input");
  run_all(list + group(takers, "'split': {'jq': '[1]'}"));
  BOOST_TEST(code_of(*result) == "invalid_input");
}

BOOST_AUTO_TEST_CASE(a_hedge_starts_the_next_branch_only_when_it_is_late_or_has_failed) {
  auto hedged = "'merge': 'first_success', 'hedge': {'after': '100ms'}";
  run_all(group(giving("a", "A", 50) + "," + giving("b", "B", 10), hedged));
  BOOST_TEST(output() == "A");
  BOOST_TEST(told(event_type::step_started, "g/b") == 0u);
  run_all(
    group(giving("a", "A", 500) + "," + giving("b", "B", 30) + "," + giving("c", "C", 10), hedged));
  BOOST_TEST(output() == "B");
  BOOST_TEST((lasted() >= 130ms && lasted() < 140ms));
  BOOST_TEST(told(event_type::step_started, "g/c") == 0u);
  run_all(
    group(failing("a", 20) + "," + giving("b", "B", 500) + "," + giving("c", "C", 10), hedged));
  BOOST_TEST(output() == "C");
  BOOST_TEST((lasted() >= 130ms && lasted() < 140ms)); // b at 20, c 100 later
}

BOOST_AUTO_TEST_CASE(branches_see_only_what_is_shared_with_them) {
  run_all("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'template', 'params': {'text': "
          "'${context.x ?? 0}${context.y ?? 0}'}, "
          "'set': {'y': 'new'}}], 'share': ['x'], 'merge': 'outputs'}",
          "'context': {'x': {'value': 'X'}, 'y': {'value': 'Y'}},");
  BOOST_TEST(output() == json({"X0"}));
  BOOST_TEST(result->context.json() == json({{"x", "X"}, {"y", "new"}}));
}

BOOST_AUTO_TEST_CASE(what_a_group_sets_may_name_the_nodes_inside) {
  run_all("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'template', 'params': {'text': 'A'}}], "
          "'set': {'k': '${a}'}}");
  BOOST_TEST(result->context.json() == json({{"k", "A"}}));
}

BOOST_AUTO_TEST_CASE(setting_a_key_to_what_it_was_is_no_change) {
  run_all("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo', 'set': {'k': 1}}, {'id': 'b', "
          "'type': 'echo', 'set': {'k': 0}}], "
          "'context_merge': {'k': 'error'}}",
          "'context': {'k': {'value': 0}},");
  BOOST_TEST(status_of(*result) == "succeeded");
  BOOST_TEST(result->context.json() == json({{"k", 1}}));
}

BOOST_AUTO_TEST_SUITE_END()
