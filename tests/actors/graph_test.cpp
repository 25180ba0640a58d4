// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string text(const std::string& id, const std::string& what, const std::string& more = "") {
  return "{'id': '" + id + "', 'type': 'template', 'params': {'text': '" + what + "'}" + more + "}";
}

std::string graph(const std::string& nodes, const std::string& edges,
                  const std::string& more = "") {
  return "{'id': 'g', 'graph': {'nodes': [" + nodes + "], 'edges': [" + edges + "]}" + more + "}";
}

std::string edge(const std::string& from, const std::string& to, const std::string& action = "") {
  return "{'from': '" + from + "', 'to': '" + to + "'" +
         (action.empty() ? "" : ", 'action': '" + action + "'") + "}";
}

std::string act(const std::string& id, const std::string& action) {
  return "{'id': '" + id + "', 'type': 'act', 'params': {'action': '" + action + "'}}";
}

std::string nap(const std::string& id, const std::string& time) {
  return "{'id': '" + id + "', 'type': 'sleep', 'params': {'for': '" + time + "'}}";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(graph_suite, run_fixture)

BOOST_AUTO_TEST_CASE(a_join_gets_the_outputs_of_its_predecessors_by_id) {
  run_all(
    graph(text("a", "A") + "," + text("b", "${a}B") + "," + text("c", "${a}C") +
            ", {'id': 'd', 'type': 'echo'}",
          edge("a", "b") + "," + edge("a", "c") + "," + edge("b", "d") + "," + edge("c", "d")));
  BOOST_TEST(output() == json({{"b", "AB"}, {"c", "AC"}}));
}

BOOST_AUTO_TEST_CASE(a_node_starts_as_soon_as_its_predecessors_have_ended) {
  run_all(graph(nap("fast", "10ms") + "," + nap("slow", "100ms") + "," + nap("next", "50ms") + "," +
                  nap("last", "10ms"),
                edge("fast", "next") + "," + edge("slow", "last") + "," + edge("next", "last")));
  BOOST_TEST((lasted() >= 110ms && lasted() < 115ms));
}

BOOST_AUTO_TEST_CASE(several_ends_give_an_object_and_one_its_output) {
  run_all(graph(text("a", "A") + "," + text("b", "B"), ""));
  BOOST_TEST(output() == json({{"a", "A"}, {"b", "B"}}));
}

BOOST_AUTO_TEST_CASE(a_dead_path_is_skipped_and_a_join_with_one_live_edge_runs) {
  run_all(graph(act("a", "left") + "," + text("l", "L") + "," + text("r", "R") + "," +
                  text("r2", "R2") + ", {'id': 'j', 'type': 'echo'}",
                edge("a", "l", "left") + "," + edge("a", "r", "right") + "," + edge("r", "r2") +
                  "," + edge("l", "j") + "," + edge("r2", "j")));
  BOOST_TEST(output() == "L");
  BOOST_TEST(status_of(*node(0).children.at(2)) == "skipped");
  BOOST_TEST(status_of(*node(0).children.at(3)) == "skipped");
}

BOOST_AUTO_TEST_CASE(an_edge_for_errors_is_taken_by_a_failure_and_by_nothing_else) {
  auto edges = edge("a", "ok") + "," + edge("a", "oops", "error");
  run_all(
    graph("{'id': 'a', 'type': 'fail'}," + text("ok", "ok") + "," + text("oops", "saved"), edges));
  BOOST_TEST(status_of(*result) == "degraded");
  BOOST_TEST(output() == json({{"oops", "saved"}}));
  run_all(graph(text("a", "A") + "," + text("ok", "ok") + "," + text("oops", "saved"), edges));
  BOOST_TEST(status_of(*result) == "succeeded");
  BOOST_TEST(output() == json({{"ok", "ok"}}));
}

BOOST_AUTO_TEST_CASE(a_failure_cancels_the_others_or_only_kills_its_own_way) {
  auto nodes =
    "{'id': 'a', 'type': 'fail'}," + text("b", "b") + "," + nap("c", "1s") + "," + text("d", "d");
  auto edges = edge("a", "b") + "," + edge("c", "d");
  run_all(graph(nodes, edges));
  BOOST_TEST(code_of(*result) == "step_failed");
  BOOST_TEST(result->error->path == "g/a");
  BOOST_TEST((lasted() < 10ms));
  run_all(graph(nodes, edges, ", 'on_error': 'continue'"));
  BOOST_TEST(status_of(*result) == "degraded");
  BOOST_TEST(output() == json({{"d", "d"}}));
}

BOOST_AUTO_TEST_CASE(a_cycle_runs_again_until_another_action_leads_out) {
  kinds.add_inline("review", [](const step_input& in) -> step_output {
    step_output out{in.input};
    out.action = in.context.find("n") && in.context.find("n")->json() == 3 ? "ok" : "again";
    return out;
  });
  run_all(graph("{'id': 'draft', 'type': 'jq', 'params': {'program': '($context.n // 0) + 1'}, "
                "'set': {'n': '${result}'}},"
                "{'id': 'check', 'type': 'review'}," +
                  text("out", "${draft}"),
                edge("draft", "check") + "," + edge("check", "draft", "again") + "," +
                  edge("check", "out", "ok")));
  BOOST_TEST(output() == "3");
  BOOST_TEST(told(event_type::step_finished, "g/check#3") == 1u);
  BOOST_TEST(told(event_type::step_finished, "g/out") == 1u);
  BOOST_TEST(result->context.json() == json({{"n", 3}}));
}

BOOST_AUTO_TEST_CASE(what_an_earlier_visit_has_written_stays) {
  run_all(
    graph("{'id': 'e', 'parallel': [{'id': 'x', 'type': 'echo', 'set': {'a': 1}}, {'id': 'y', "
          "'type': 'echo', 'set': {'was': '${context.seen ?? \\\"back\\\"}'}}]}, "
          "{'id': 'u', 'type': 'echo', 'action': '${context.was}', 'set': {'seen': 'go'}}",
          edge("e", "u") + "," + edge("u", "e", "back")),
    "'context': {'a': {'value': 0}},");
  BOOST_TEST(told(event_type::step_finished, "g/e#2") == 1u);
  BOOST_TEST(result->context.json()["a"] == 1);
}

BOOST_AUTO_TEST_CASE(a_cycle_without_end_is_bounded) {
  run_all(graph("{'id': 'a', 'type': 'echo', 'max_visits': 4}," + act("b", "again") + "," +
                  text("c", "c"),
                edge("a", "b") + "," + edge("b", "a", "again") + "," + edge("b", "c", "ok")));
  BOOST_TEST(code_of(*result) == "loop_limit");
  BOOST_TEST(told(event_type::step_finished, "g/a#4") == 1u);
}

BOOST_AUTO_TEST_CASE(a_way_out_of_a_cycle_is_dead_only_when_the_cycle_is_over) {
  auto rounds = 0;
  kinds.add_inline("turn", [&](const step_input&) -> step_output {
    step_output out{"t"};
    out.action = ++rounds < 3 ? "again" : rounds == 3 ? "out" : "never";
    return out;
  });
  run_all(graph("{'id': 'turn', 'type': 'turn'}," + text("out", "out") + "," +
                  text("other", "other") + ", {'id': 'end_of_it', 'type': 'echo'}",
                edge("turn", "turn", "again") + "," + edge("turn", "out", "out") + "," +
                  edge("turn", "other", "other") + "," + edge("out", "end_of_it") + "," +
                  edge("other", "end_of_it")));
  BOOST_TEST(output() == "out");
  BOOST_TEST(rounds == 3);
}

BOOST_AUTO_TEST_CASE(a_node_sees_what_the_nodes_before_it_have_set_and_no_others) {
  run_all(graph(
    "{'id': 'a', 'type': 'echo', 'set': {'k': 'a'}}, {'id': 'b', 'type': 'echo', 'set': {'other': "
    "'b'}}," +
      text("after_a", "${context.k ?? 0} ${context.other ?? 0}") +
      ", {'id': 'join', 'type': 'template', 'params': {'text': '${context.k} ${context.other}'}}",
    edge("a", "after_a") + "," + edge("a", "join") + "," + edge("b", "join")));
  BOOST_TEST(output()["after_a"] == "a 0");
  BOOST_TEST(output()["join"] == "a b");
}

BOOST_AUTO_TEST_CASE(what_a_later_node_changes_again_counts_once) {
  auto rules = "'context': {'n': {'value': 0, 'merge': 'sum'}},";
  run_all(
    graph(
      "{'id': 'a', 'type': 'echo', 'set': {'n': 1}}, {'id': 'b', 'type': 'echo', 'set': {'n': 5}},"
      "{'id': 'c', 'type': 'echo', 'set': {'n': 10}}, {'id': 'd', 'type': 'template', 'params': "
      "{'text': '${context.n}'}}",
      edge("a", "b") + "," + edge("b", "d") + "," + edge("c", "d")),
    rules);
  BOOST_TEST(output() == "15"); // b's 5 and c's 10: a's 1 is in b's
  BOOST_TEST(result->context.json() == json({{"n", 15}}));
}

BOOST_AUTO_TEST_CASE(what_reaches_a_join_on_two_ways_counts_once) {
  auto rules = "'context': {'n': {'value': 0, 'merge': 'sum'}},";
  run_all(
    graph(
      "{'id': 'a', 'type': 'echo', 'set': {'n': 1}}, {'id': 'b', 'type': 'echo', 'set': {'n': 2}},"
      "{'id': 'both', 'type': 'echo'}, {'id': 'd', 'type': 'template', 'params': {'text': "
      "'${context.n}'}}",
      edge("a", "both") + "," + edge("b", "both") + "," + edge("a", "d") + "," + edge("both", "d")),
    rules);
  BOOST_TEST(output() == "3");
}

BOOST_AUTO_TEST_CASE(a_later_visit_overwrites_what_the_round_before_has_written) {
  auto rounds = 0;
  kinds.add_inline("turn", [&](const step_input&) -> step_output {
    step_output out{"t"};
    out.action = ++rounds < 2 ? "back" : "out";
    return out;
  });
  run_all(graph("{'id': 'e', 'type': 'echo'}, {'id': 'w', 'type': 'echo', 'set': {'k': 'w'}},"
                "{'id': 'p', 'type': 'echo'}, {'id': 'j', 'type': 'turn', 'set': {'k': 'j', "
                "'seen': '${context.k}'}}",
                edge("e", "w") + "," + edge("e", "p") + "," + edge("w", "j") + "," +
                  edge("p", "j") + "," + edge("j", "e", "back")));
  BOOST_TEST(rounds == 2);
  BOOST_TEST(result->context.json() == json({{"k", "j"}, {"seen", "w"}}));
}

BOOST_AUTO_TEST_CASE(a_join_does_not_take_what_is_as_it_was_for_a_change) {
  run_all(graph("{'id': 'x', 'type': 'echo', 'set': {'k': 2}}, {'id': 'y', 'type': 'echo', 'set': "
                "{'k': 0}}, {'id': 'z', 'type': 'template', 'params': {'text': '${context.k}'}}",
                edge("x", "z") + "," + edge("y", "z")),
          "'context': {'k': {'value': 0, 'merge': 'error'}},");
  BOOST_TEST(output() == "2");
  BOOST_TEST(result->context.json() == json({{"k", 2}}));
}

BOOST_AUTO_TEST_CASE(a_join_of_many_writers_of_one_key_merges_them_all) {
  std::string nodes, edges;
  constexpr auto writers = 500;
  for (auto i = 0; i < writers; ++i) {
    auto id = "w" + std::to_string(i);
    nodes += "{'id': '" + id + "', 'type': 'echo', 'set': {'n': " + std::to_string(i + 1) + "}},";
    edges += (i == 0 ? "" : ",") + edge(id, "join");
  }
  run_all(
    graph(nodes + "{'id': 'join', 'type': 'template', 'params': {'text': '${context.n}'}}", edges),
    "'context': {'n': {'value': 0, 'merge': 'sum'}},");
  BOOST_TEST(output() == std::to_string(writers * (writers + 1) / 2));
}

BOOST_AUTO_TEST_CASE(a_list_with_depends_on_is_a_graph) {
  run_all(nap("a", "100ms") +
          ", {'id': 'b', 'type': 'sleep', 'params': {'for': '100ms'}, 'depends_on': []}, " +
          "{'id': 'c', 'type': 'echo', 'params': {'value': 'c'}}, {'id': 'd', 'type': 'template', "
          "'params': {'text': 'd'}, 'depends_on': ['a', 'c']}");
  BOOST_TEST(output() == "d");
  BOOST_TEST((lasted() >= 100ms && lasted() < 110ms));
}

BOOST_AUTO_TEST_CASE(out_of_time_a_graph_fails_with_what_its_nodes_have) {
  run_all(graph(text("a", "A") + "," + nap("b", "1h"), "", ", 'timeout': '1s'"));
  BOOST_TEST(code_of(*result) == "timeout");
  BOOST_TEST(node(0).output.json().at(0).at("output") == "A");
}

BOOST_AUTO_TEST_SUITE_END()
