// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// Each item sleeps as many milliseconds as it says.
constexpr auto naps = "'type': 'template', 'params': {'text': 'x${item}'}";

std::string each(const std::string& batch, const std::string& node) {
  return "{'id': 'each', 'batch': " + batch + ", " + node + "}";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(batch_suite, run_fixture)

BOOST_AUTO_TEST_CASE(each_item_runs_once_and_results_keep_the_order_of_items) {
  run_all(each("{'items': [3, 1, 2], 'parallel': true}", naps));
  auto x = output();
  BOOST_TEST(x["results"] == json::parse(R"([{"item": 3, "value": "x3"}, {"item": 1, "value": "x1"},
                                             {"item": 2, "value": "x2"}])"));
  BOOST_TEST(x["count"] == 3);
  BOOST_TEST(x["success_count"] == 3);
  BOOST_TEST(x["error_count"] == 0);
  BOOST_TEST(x["errors"].is_null());
  BOOST_TEST(x["batch_metadata"]["parallel"] == true);
  BOOST_TEST(x["batch_metadata"]["max_concurrent"] == 10);
}

BOOST_AUTO_TEST_CASE(fields_of_an_output_stand_beside_the_item_which_goes_first) {
  run_all(
    each("[{'n': 1}]", "'type': 'echo', 'params': {'value': {'got': '${item.n}', 'item': 9}}"));
  BOOST_TEST(output()["results"] == json::parse(R"([{"item": {"n": 1}, "got": 1}])"));
  BOOST_TEST(node(0).metadata.contains("warning"));
}

BOOST_AUTO_TEST_CASE(items_run_one_after_another_unless_they_are_to_run_together) {
  auto sleep = "'type': 'sleep', 'params': {'for': '100ms'}";
  run_all(each("[1, 2, 3, 4]", sleep));
  BOOST_TEST((lasted() >= 400ms && lasted() < 410ms));
  run_all(each("{'items': [1, 2, 3, 4], 'parallel': true, 'max_concurrent': 2}", sleep));
  BOOST_TEST((lasted() >= 200ms && lasted() < 210ms));
}

BOOST_AUTO_TEST_CASE(the_first_failure_ends_the_batch) {
  run_all(
    each("[1, 2, 3]",
         "'type': 'jq', 'params': {'program': 'if . == 2 then error(\\\"two\\\") else . end'}"));
  BOOST_TEST(code_of(*result) == "expression_failed");
  auto given = node(0).output.json();
  BOOST_TEST(given["success_count"] == 1);
  BOOST_TEST(given["errors"][0]["index"] == 1);
  BOOST_TEST(given["results"][2].is_null());
  BOOST_TEST(told(event_type::step_started, "each[2]") == 0u);
}

BOOST_AUTO_TEST_CASE(continue_goes_on_and_all_failures_are_told) {
  auto odd =
    "'type': 'jq', 'params': {'program': 'if . % 2 == 1 then error(\\\"odd\\\") else . end'}";
  run_all(each("{'items': [1, 2, 3], 'on_error': 'continue'}", odd));
  BOOST_TEST(status_of(*result) == "degraded");
  BOOST_TEST(output()["error_count"] == 2);
  BOOST_TEST(output()["results"][1]["value"] == 2);
  BOOST_TEST(node(0).children.size() == 2u); // failures alone
  BOOST_TEST(node(0).metadata.at("succeeded").json() == 1);
  run_all(each("{'items': [1, 3], 'on_error': 'continue'}", odd));
  BOOST_TEST(status_of(*result) == "failed");
}

BOOST_AUTO_TEST_CASE(failures_are_told_in_the_order_of_items_not_of_time) {
  run_all(each("{'items': ['20ms', '1ms'], 'parallel': true, 'on_error': 'continue'}",
               "'sequence': [{'type': 'sleep', 'params': {'for': '${item}'}}, {'type': 'fail'}]"));
  auto errors = node(0).output.json()["errors"];
  BOOST_TEST(errors[0]["index"] == 0);
  BOOST_TEST(errors[1]["index"] == 1);
}

BOOST_AUTO_TEST_CASE(so_many_failures_are_tolerated_and_no_more) {
  auto odd =
    "'type': 'jq', 'params': {'program': 'if . % 2 == 1 then error(\\\"odd\\\") else . end'}";
  run_all(each("{'items': [1, 3, 2], 'tolerated': 2}", odd));
  BOOST_TEST(status_of(*result) == "degraded");
  run_all(each("{'items': [1, 3, 2], 'tolerated': 1}", odd));
  BOOST_TEST(status_of(*result) == "failed");
  BOOST_TEST(told(event_type::step_started, "each[2]") == 0u);
  run_all(each("{'items': [1, 2, 4, 6], 'tolerated': '25%'}", odd));
  BOOST_TEST(status_of(*result) == "degraded");
  run_all(each("{'items': [1, 2, 4, 6], 'tolerated': '20%'}", odd));
  BOOST_TEST(status_of(*result) == "failed");
}

BOOST_AUTO_TEST_CASE(a_run_may_get_several_items_as_a_list) {
  run_all(
    each("{'items': [1, 2, 3], 'batch_size': 2}", "'type': 'jq', 'params': {'program': 'length'}"));
  BOOST_TEST(output()["results"] ==
             json::parse(R"([{"item": [1, 2], "value": 2}, {"item": [3], "value": 1}])"));
}

BOOST_AUTO_TEST_CASE(batches_nest_and_each_has_names_of_its_own) {
  run_all("{'id': 'rows', 'batch': {'items': [[1, 2], [3]], 'as': 'row'}, 'sequence': [{'id': "
          "'cells', 'batch': "
          "{'items': '${row}', 'as': 'cell'}, 'type': 'template', 'params': {'text': '${cell} of "
          "${row} at ${index}'}}]}");
  auto inner = output()["results"][0]["results"];
  BOOST_TEST(inner[1]["value"] == "2 of [1,2] at 1");
  BOOST_TEST(told(event_type::step_finished, "rows[0]/cells[1]") == 1u);
}

BOOST_AUTO_TEST_CASE(an_empty_list_succeeds_with_a_warning_and_no_list_is_refused) {
  run_all(each("[]", naps));
  BOOST_TEST(output()["results"] == json::array());
  BOOST_TEST(node(0).metadata.at("warning").text() == "there was no item");
  BOOST_TEST(result->warnings.back() == "each: there was no item");
  run_all(each("'${inputs.n}'", naps), "'inputs': {'n': {'default': 7}},");
  BOOST_TEST(code_of(*result) == "unresolved_reference"); // inputs of this fixture have none
  inputs = {{"n", 7}};
  run_all(each("'${inputs.n}'", naps), "'inputs': {'n': {}},");
  BOOST_TEST(code_of(*result) == "invalid_input");
}

BOOST_AUTO_TEST_CASE(a_wrapper_around_the_node_counts_for_each_item) {
  std::map<int, int> tries;
  kinds.add_inline("flaky", [&](const step_input& in) -> step_output {
    if (++tries[in.input.json().get<int>()] < 3)
      throw std::runtime_error{"not yet"};
    return in.input;
  });
  run_all(
    each("[1, 2]", "'type': 'flaky', 'retry': {'attempts': 3, 'initial': '1s', 'jitter': 'none'}"));
  BOOST_TEST(status_of(*result) == "succeeded");
  BOOST_TEST(tries[1] == 3);
  BOOST_TEST(tries[2] == 3);
}

BOOST_AUTO_TEST_CASE(changes_of_items_are_isolated_and_merged_in_the_order_of_items) {
  auto merge = "'context': {'all': {'value': [], 'merge': 'append'}},";
  auto node = "'type': 'echo', 'set': {'all': ['${item}']}";
  run_all(each("[1, 2]", node), merge);
  BOOST_TEST(result->context.json()["all"] == json({1, 2}));
  run_all(each("{'items': [1, 2], 'parallel': true}", node), merge);
  BOOST_TEST(result->context.json()["all"] == json({1, 2}));
}

BOOST_AUTO_TEST_CASE(a_batch_keeps_no_more_actors_than_its_window) {
  auto idle = alive();
  size_t most = 0;
  kinds.add_inline("count", [&](const step_input& in) {
    most = std::max(most, alive() - idle);
    return step_output{in.input};
  });
  auto items = json::array();
  for (auto i = 0; i < 1000; ++i)
    items.push_back(i);
  inputs = {{"items", items}};
  run_all(each("{'items': '${inputs.items}', 'parallel': true, 'max_concurrent': 64}",
               "'type': 'count'"));
  BOOST_TEST(output()["success_count"] == 1000);
  BOOST_TEST(most <= 70u); // the window, the groups around, the run
}

BOOST_AUTO_TEST_CASE(out_of_time_a_batch_fails_with_what_its_items_have) {
  run_all(
    "{'id': 'g', 'sequence': [" +
    each(
      "{'items': [10, 20, 5000], 'parallel': true}",
      "'sequence': [{'id': 'nap', 'type': 'sleep', 'params': {'for': '1s'}, 'when': '. > 1000'}]") +
    "], 'timeout': '500ms'}");
  BOOST_TEST(code_of(*result) == "timeout");
}

BOOST_AUTO_TEST_SUITE_END()
