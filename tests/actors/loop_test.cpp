// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

constexpr auto one = "{'id': 'one', 'type': 'echo', 'params': {'value': 1}}, ";
constexpr auto add = "'loop': {'id': 'add', 'type': 'jq', 'params': {'program': '. + 1'}}";

} // namespace

BOOST_FIXTURE_TEST_SUITE(loop_suite, run_fixture)

BOOST_AUTO_TEST_CASE(a_body_runs_until_its_condition_holds_behind_it) {
  run_all(one + std::string{"{'id': 'up', "} + add + ", 'until': '. >= 4'}");
  BOOST_TEST(output() == 4);
  BOOST_TEST(node(1).metadata.at("iterations").json() == 3);
  BOOST_TEST(told(event_type::step_finished, "up/add") == 1u);
  BOOST_TEST(told(event_type::step_finished, "up#3/add") == 1u);
}

BOOST_AUTO_TEST_CASE(a_body_does_not_run_while_its_condition_fails_before_it) {
  run_all(one + std::string{"{'id': 'up', "} + add + ", 'while': '. > 1'}");
  BOOST_TEST(output() == 1);
  BOOST_TEST(node(1).metadata.at("iterations").json() == 0);
}

BOOST_AUTO_TEST_CASE(too_many_rounds_fail_or_stop) {
  auto loop = one + std::string{"{'id': 'up', "} + add + ", 'until': 'false', 'max_iterations': 3";
  run_all(loop + "}");
  BOOST_TEST(code_of(*result) == "loop_limit");
  BOOST_TEST(result->error->path == "up"); // of the group's own making
  run_all(loop + ", 'on_limit': 'stop'}");
  BOOST_TEST(output() == 4);
}

BOOST_AUTO_TEST_CASE(the_context_flows_from_round_to_round_and_out) {
  run_all("{'id': 'l', 'loop': [{'id': 'n', 'type': 'jq', 'params': {'program': '($context.n // 0) "
          "+ 1'}, "
          "'set': {'n': '${result}'}}], 'until': '$context.n == 3'}");
  BOOST_TEST(result->context.json() == json({{"n", 3}}));
}

BOOST_AUTO_TEST_CASE(what_was_skipped_this_time_is_absent_whatever_it_gave_before) {
  run_all("{'id': 'l', 'loop': [{'id': 'a', 'type': 'template', 'params': {'text': 'first'}, "
          "'when': '$index == 0'}, {'id': 'b', 'type': 'template', 'params': {'text': '${a ?? "
          "\\\"absent\\\"}'}}], "
          "'until': '$index == 1'}");
  BOOST_TEST(output() == "absent");
  run_all("{'id': 'a', 'type': 'template', 'params': {'text': 'A'}, 'when': '$context.n == null'}, "
          "{'id': 'b', 'type': 'template', 'params': {'text': '${a ?? \\\"absent\\\"}'}, 'set': "
          "{'n': 1}, "
          "'action': 'if . == \\\"A\\\" then \\\"back\\\" else \\\"on\\\" end', 'next': {'back': "
          "'a', 'on': 'end'}}");
  BOOST_TEST(output() == "absent");
}

BOOST_AUTO_TEST_CASE(what_is_carried_is_what_the_next_round_is_given) {
  run_all("{'id': 'l', 'loop': [{'id': 'n', 'type': 'echo', 'params': {'value': {'was': "
          "'${previous}', 'i': '${index}'}}}], "
          "'carry': '${previous.i}', 'until': '$index == 2'}");
  BOOST_TEST(output() == json::parse(R"({"was": 1, "i": 2})"));
}

BOOST_AUTO_TEST_CASE(a_failure_inside_ends_the_loop) {
  run_all(
    one +
    std::string{
      "{'id': 'l', 'loop': [{'id': 'f', 'type': 'fail', 'when': '. == 1'}], 'until': 'false'}"});
  BOOST_TEST(code_of(*result) == "step_failed");
  BOOST_TEST(result->error->path == "l/f");
}

BOOST_AUTO_TEST_CASE(a_condition_that_is_wrong_is_the_failure_of_its_loop) {
  run_all(one + std::string{"{'id': 'up', "} + add + ", 'until': '.x'}");
  BOOST_TEST(code_of(*result) == "expression_failed");
  BOOST_TEST(result->error->path == "up");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(choice_suite, run_fixture)

constexpr auto pick = "{'id': 'pick', 'choice': [{'when': '. == 1', 'then': {'id': 'a', 'type': "
                      "'template', 'params': {'text': 'one'}}}, "
                      "{'when': '. < 3', 'then': [{'id': 'b', 'type': 'template', 'params': "
                      "{'text': 'few'}}, {'id': 'b2', 'type': 'echo'}]}";

BOOST_AUTO_TEST_CASE(the_first_condition_that_is_true_decides) {
  run_all(one + std::string{pick} + "]}");
  BOOST_TEST(output() == "one");
  BOOST_TEST(node(1).metadata.at("chosen").text() == "a");
  inputs = {{"n", 2}};
  run_all("{'id': 'n', 'type': 'echo', 'params': {'value': '${inputs.n}'}}, " + std::string{pick} +
          "]}");
  BOOST_TEST(output() == "few");
  BOOST_TEST(told(event_type::step_finished, "pick/then_2/b2") == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_left_goes_to_else_or_passes_through_as_skipped) {
  inputs = {{"n", 9}};
  auto n = std::string{"{'id': 'n', 'type': 'echo', 'params': {'value': '${inputs.n}'}}, "};
  run_all(n + pick + ", {'else': {'id': 'c', 'type': 'template', 'params': {'text': 'many'}}}]}");
  BOOST_TEST(output() == "many");
  run_all(n + pick + "]}");
  BOOST_TEST(output() == 9);
  BOOST_TEST(status_of(node(1)) == "skipped");
  BOOST_TEST(node(1).metadata.contains("warning"));
}

BOOST_AUTO_TEST_CASE(a_condition_that_fails_fails_the_choice) {
  run_all(one + std::string{"{'id': 'p', 'choice': [{'when': '.x.y', 'then': {'type': 'echo'}}]}"});
  BOOST_TEST(code_of(*result) == "expression_failed");
  BOOST_TEST(result->error->path == "p");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(jumps_suite, run_fixture)

BOOST_AUTO_TEST_CASE(an_action_leads_forwards_and_what_is_between_is_skipped) {
  run_all("{'id': 'a', 'type': 'act', 'params': {'action': 'go'}, 'next': {'go': 'c'}}, {'id': "
          "'b', 'type': 'fail'}, "
          "{'id': 'c', 'type': 'template', 'params': {'text': 'c'}}");
  BOOST_TEST(output() == "c");
  BOOST_TEST(status_of(node(1)) == "skipped");
}

BOOST_AUTO_TEST_CASE(targets_are_alternatives_and_it_goes_on_behind_the_last_of_them) {
  auto flow = [](const char* action) {
    return "{'id': 'a', 'type': 'act', 'params': {'action': '" + std::string{action} +
           "'}, 'next': {'yes': 'y', 'no': 'n'}}, {'id': 'y', 'type': 'template', 'params': "
           "{'text': 'y'}}, "
           "{'id': 'n', 'type': 'template', 'params': {'text': 'n'}}, {'id': 'z', 'type': "
           "'template', "
           "'params': {'text': '${previous}z'}}";
  };
  run_all(flow("yes"));
  BOOST_TEST(output() == "yz");
  run_all(flow("no"));
  BOOST_TEST(output() == "nz");
  run_all(flow("else"));
  BOOST_TEST(output() == "nz"); // it falls through, and says so
  BOOST_TEST(result->tree->metadata.contains("warnings"));
}

BOOST_AUTO_TEST_CASE(a_jump_back_runs_again_and_is_bounded) {
  run_all(
    "{'id': 'n', 'type': 'jq', 'params': {'program': '($context.n // 0) + 1'}, 'set': {'n': "
    "'${result}'}}, "
    "{'id': 'again', 'type': 'echo', 'action': 'if . < 3 then \\\"more\\\" else \\\"done\\\" end', "
    "'next': {'more': 'n', 'done': 'end'}}, "
    "{'id': 'never', 'type': 'fail'}");
  BOOST_TEST(output() == 3);
  BOOST_TEST(told(event_type::step_finished, "n#3") == 1u);
  BOOST_TEST(status_of(*result) == "succeeded");
  run_all("{'id': 'n', 'type': 'echo', 'next': 'n', 'max_visits': 5}");
  BOOST_TEST(code_of(*result) == "loop_limit");
  BOOST_TEST(told(event_type::step_finished, "n#5") == 1u);
}

BOOST_AUTO_TEST_CASE(a_loop_that_is_visited_again_has_no_path_twice) {
  run_all("{'id': 'l', 'loop': {'id': 'x', 'type': 'jq', 'params': {'program': "
          "'($context.n // 0) + 1'}, 'set': {'n': '${result}'}}, 'max_iterations': 2, "
          "'on_limit': 'stop'}, {'id': 'more', 'type': 'echo', "
          "'action': 'if . < 4 then \\\"l\\\" else \\\"out\\\" end', "
          "'next': {'l': 'l', 'out': 'end'}}");
  for (auto path : {"l#1/x", "l#1#2/x", "l#2/x", "l#2#2/x"})
    BOOST_TEST(told(event_type::step_started, path) == 1u, path);
}

BOOST_AUTO_TEST_CASE(a_failure_may_lead_on_after_its_fallback_has_failed_too) {
  run_all("{'id': 'a', 'type': 'fail', 'fallback': {'id': 'f', 'type': 'fail'}, 'next': {'error': "
          "'c'}}, {'id': 'b', 'type': 'echo'}, "
          "{'id': 'c', 'type': 'template', 'params': {'text': 'saved'}}");
  BOOST_TEST(output() == "saved");
  BOOST_TEST(status_of(*result) == "degraded");
  BOOST_TEST(told(event_type::step_started, "a/fallback/f") == 1u);
}

BOOST_AUTO_TEST_CASE(visits_are_those_of_the_node_that_is_limited) {
  run_all("{'id': 'a', 'type': 'echo', 'max_visits': 2}, {'id': 'b', 'type': 'echo', 'next': 'a'}");
  BOOST_TEST(result->error->message == "\"a\" was visited 2 times");
  BOOST_TEST(told(event_type::step_finished, "b#2") == 1u);
}

BOOST_AUTO_TEST_CASE(who_comes_after_a_failure_can_read_why) {
  run_all("{'id': 'a', 'type': 'fail', 'params': {'message': 'why'}, "
          "'next': {'error': 'b', 'default': 'end'}}, {'id': 'b', 'type': 'template', "
          "'params': {'text': '${steps.a.error.message} ${a ?? 0}'}}");
  BOOST_TEST(output() == "why 0");
}

BOOST_AUTO_TEST_CASE(an_action_may_be_a_template_of_the_result) {
  run_all(
    "{'id': 'a', 'type': 'template', 'params': {'text': 'c'}, 'action': '${result}', "
    "'next': {'c': 'c', 'x': 'b'}}, {'id': 'b', 'type': 'fail'}, {'id': 'c', 'type': 'echo'}");
  BOOST_TEST(status_of(*result) == "succeeded");
}

BOOST_AUTO_TEST_CASE(an_action_that_is_no_text_fails_the_list) {
  run_all("{'id': 'a', 'type': 'echo', 'action': '7', 'next': {'x': 'end'}}");
  BOOST_TEST(code_of(*result) == "invalid_output");
}

BOOST_AUTO_TEST_SUITE_END()
