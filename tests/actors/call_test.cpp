// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

BOOST_FIXTURE_TEST_SUITE(call_suite, run_fixture)

BOOST_AUTO_TEST_CASE(a_called_flow_has_inputs_and_a_context_of_its_own) {
  run_all("{'id': 'c', 'call': 'f', 'with': {'n': 4}}",
          "'context': {'k': {'value': 'outer'}}, 'flows': {'f': {'inputs': {'n': {'type': "
          "'number'}, 'm': {'default': 1}}, "
          "'context': {'k': {'value': 'inner'}}, 'pipeline': [{'id': 'x', 'type': 'template', "
          "'params': {'text': "
          "'${inputs.n} ${inputs.m} ${context.k} ${previous ?? 0}'}, 'set': {'k': 'changed'}}], "
          "'output': {'x': '${x}', 'k': '${context.k}'}}},");
  BOOST_TEST(output() == json::parse(R"({"x": "4 1 inner {}", "k": "changed"})"));
  BOOST_TEST(result->context.json() == json({{"k", "outer"}}));
  BOOST_TEST(told(event_type::step_finished, "c/x") == 1u);
}

BOOST_AUTO_TEST_CASE(inputs_of_the_wrong_type_start_nothing) {
  run_all("{'id': 'c', 'call': 'f', 'with': {'n': 'four'}}",
          "'flows': {'f': {'inputs': {'n': {'type': 'number'}}, 'pipeline': [{'id': 'x', 'type': "
          "'echo', 'params': {'value': '${inputs.n}'}}]}},");
  BOOST_TEST(code_of(*result) == "invalid_input");
  BOOST_TEST(result->error->path == "c");
  BOOST_TEST(told(event_type::step_started, "c/x") == 0u);
}

BOOST_AUTO_TEST_CASE(a_flow_may_call_itself_while_a_condition_holds_and_not_for_ever) {
  auto flows = [](const char* condition) {
    return "'flows': {'f': {'inputs': {'n': {}}, 'pipeline': [{'id': 'n', 'type': 'jq', 'params': "
           "{'program': '$inputs.n + 1'}}, "
           "{'id': 'down', 'call': 'f', 'with': {'n': '${n}'}, 'when': '" +
           std::string{condition} + "'}]}},";
  };
  run_all("{'id': 'c', 'call': 'f', 'with': {'n': 0}}", flows(". < 5"));
  BOOST_TEST(output() == 5);
  run_all("{'id': 'c', 'call': 'f', 'with': {'n': 0}}", flows("true"));
  BOOST_TEST(code_of(*result) == "loop_limit");
}

BOOST_AUTO_TEST_CASE(a_call_sees_nothing_of_the_call_around_it) {
  run_all("{'id': 'c', 'call': 'f', 'with': {'n': 1}}",
          "'flows': {'f': {'inputs': {'n': {}}, 'pipeline': [{'id': 'a', 'type': 'template', "
          "'params': {'text': 'outer'}, "
          "'when': '$inputs.n == 1'}, {'id': 'b', 'type': 'template', 'params': {'text': '${a ?? "
          "\\\"absent\\\"}'}}, "
          "{'id': 'in', 'call': 'f', 'with': {'n': 0}, 'when': '$inputs.n == 1'}]}},");
  BOOST_TEST(output() == "absent");
}

BOOST_AUTO_TEST_CASE(what_a_call_sets_may_name_the_nodes_before_it) {
  run_all(
    "{'id': 'a', 'type': 'template', 'params': {'text': 'A'}}, {'id': 'c', 'call': 'f', "
    "'set': {'k': '${a} ${result}'}}",
    "'flows': {'f': {'pipeline': [{'id': 'b', 'type': 'template', 'params': {'text': 'B'}}]}},");
  BOOST_TEST(result->context.json() == json({{"k", "A B"}}));
}

BOOST_AUTO_TEST_CASE(its_own_rules_merge_its_own_context) {
  run_all("{'id': 'c', 'call': 'f'}",
          "'context': {'k': {'merge': 'error'}}, 'flows': {'f': {'context': {'k': {'value': 1, "
          "'merge': 'sum'}}, 'pipeline': "
          "[{'id': 'p', 'parallel': [{'id': 'a', 'type': 'echo', 'set': {'k': 2}}, {'id': 'b', "
          "'type': 'echo', 'set': {'k': 3}}]}], "
          "'output': '${context.k}'}},");
  BOOST_TEST(output() == 4);
}

BOOST_AUTO_TEST_CASE(a_call_keeps_its_name_and_its_wrappers) {
  run_all("{'id': 'c', 'call': 'f', 'set': {'k': '${result}'}, 'fallback': {'id': 'b', 'type': "
          "'template', 'params': {'text': 'saved'}}}",
          "'flows': {'f': {'pipeline': [{'id': 'x', 'type': 'fail'}]}},");
  BOOST_TEST(output() == "saved");
  BOOST_TEST(node(0).path == "c");
  BOOST_TEST(node(0).metadata.contains("fallback_triggered"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(wait_suite, run_fixture)

BOOST_AUTO_TEST_CASE(some_time_passes_and_the_input_goes_on) {
  run_all("{'id': 'a', 'type': 'echo', 'params': {'value': 1}}, {'id': 'w', 'wait': '10s'}");
  BOOST_TEST(output() == 1);
  BOOST_TEST((lasted() >= 10s && lasted() < 11s));
}

BOOST_AUTO_TEST_CASE(a_wait_that_ends_with_its_time_limit_has_succeeded) {
  run_all("{'id': 'w', 'wait': '1s', 'timeout': '1s'}");
  BOOST_TEST(status_of(*result) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_signal_is_the_output_and_one_node_takes_it) {
  start("{'id': 'g', 'parallel': [{'id': 'a', 'wait': {'signal': 's', 'message': 'well?'}}, {'id': "
        "'b', 'wait': {'signal': 's'}}], 'merge': 'outputs'}");
  let_run();
  BOOST_TEST(told(event_type::waiting_for_signal) == 2u);
  caf::anon_send(run_under_test, send_signal{"s", value{json(1)}});
  let_run();
  BOOST_TEST(!result);
  caf::anon_send(run_under_test, send_signal{"s", value{json(2)}});
  finish_all();
  BOOST_TEST(output() == json({1, 2}));
}

BOOST_AUTO_TEST_CASE(a_signal_that_comes_early_is_kept_for_who_takes_it) {
  start("{'id': 'nap', 'type': 'sleep', 'params': {'for': '1s'}}, {'id': 'w', 'wait': {'signal': "
        "'s', 'schema': {'type': 'number'}}}");
  let_run();
  caf::anon_send(run_under_test, send_signal{"s", value{json("no number")}});
  caf::anon_send(run_under_test, send_signal{"s", value{json(7)}});
  finish_all();
  BOOST_TEST(output() == 7);
}

BOOST_AUTO_TEST_CASE(a_wait_can_be_cancelled_and_run_out_of_time) {
  run_all("{'id': 'w', 'wait': {'signal': 's'}, 'timeout': '5s', 'fallback': {'id': 'f', 'type': "
          "'template', 'params': {'text': 'nobody came'}}}");
  BOOST_TEST(output() == "nobody came");
  start("{'id': 'w', 'wait': '1h'}");
  let_run();
  caf::anon_send(run_under_test, cancel_run{});
  finish_all();
  BOOST_TEST(status_of(*result) == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_run_ends_as_waiting_once_nothing_else_goes_on) {
  end_when_waiting = true;
  run_all("{'id': 'g', 'parallel': [{'id': 'a', 'sequence': [{'id': 'w', 'wait': {'signal': 's', "
          "'message': 'may I?'}}]}, "
          "{'id': 'b', 'type': 'sleep', 'params': {'for': '10s'}}, {'id': 'c', 'batch': [1], "
          "'wait': {'signal': 't'}}]}");
  BOOST_TEST(status_of(*result) == "waiting");
  BOOST_TEST((lasted() >= 10s)); // b first
  BOOST_REQUIRE(result->waiting_for.size() == 2u);
  BOOST_TEST(result->waiting_for[0].path == "g/a/w");
  BOOST_TEST(result->waiting_for[0].message == "may I?");
}

BOOST_AUTO_TEST_SUITE_END()
