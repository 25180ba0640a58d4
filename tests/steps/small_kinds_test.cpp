// SPDX-License-Identifier: Apache-2.0
#include "tests/support/running.hpp"

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

BOOST_FIXTURE_TEST_SUITE(small_kinds_suite, engine_fixture)

BOOST_AUTO_TEST_CASE(echo_gives_back_its_value_or_its_input) {
  BOOST_TEST(output_of("{'type': 'echo', 'params': {'value': [1]}}, {'type': 'test'}") == json{1});
}

BOOST_AUTO_TEST_CASE(template_fills_in_a_text) {
  BOOST_TEST(output_of("{'type': 'template', 'params': {'text': 'n=${inputs.n}'}}",
                       value{json{{"n", 5}}}) == "n=5");
  BOOST_TEST(output_of("{'type': 'template', 'params': {'text': '${inputs.n}'}}",
                       value{json{{"n", 5}}}) == "5");
}

BOOST_AUTO_TEST_CASE(jq_runs_a_program_over_its_input) {
  BOOST_TEST(output_of("{'id': 'a', 'type': 'echo', 'params': {'value': {'n': [1, 2]}}}, {'type': "
                       "'jq', 'params': {'program': '.n[]'}}") == json({1, 2}));
  BOOST_TEST(output_of("{'id': 'a', 'type': 'echo', 'params': {'value': 3}}, {'type': 'jq', "
                       "'params': {'program': '. + $a + $inputs.n', 'input': 10}}",
                       value{json{{"n", 1}}}) == 14);
  BOOST_TEST((error_of("{'type': 'jq', 'params': {'program': '.a', 'input': 1}}").code ==
              errc::expression_failed));
}

BOOST_AUTO_TEST_CASE(a_program_that_never_ends_is_stopped_when_its_time_is_up) {
  auto result =
    run("{'id': 'j', 'type': 'jq', 'timeout': '50ms', 'params': {'program': 'def f: f; f'}}");
  BOOST_TEST((result.error->code == errc::timeout));
  BOOST_TEST(result.tree->children[0]->abandoned); // nobody waits for it, soon as it ends
}

BOOST_AUTO_TEST_CASE(sleep_waits_and_gives_back_its_input) {
  BOOST_TEST(
    output_of(
      "{'type': 'echo', 'params': {'value': 1}}, {'type': 'sleep', 'params': {'for': '5ms'}}") ==
    1);
  BOOST_TEST(output_of("{'type': 'echo', 'params': {'value': 0.001}}, {'type': 'sleep', 'params': "
                       "{'for': '${previous}'}}") == 0.001);
  BOOST_TEST(
    error_of("{'type': 'sleep', 'params': {'for': '${inputs.x}'}}", value{json{{"x", "soon"}}})
      .message ==
    "params/for: wanted a duration such as \"250ms\" or a number of seconds, got \"soon\"");
}

BOOST_AUTO_TEST_CASE(fail_fails_as_it_is_told) {
  auto why = error_of("{'type': 'fail', 'params': {'message': 'no ${inputs.x}', 'code': 'denied'}}",
                      value{json{{"x", "way"}}});
  BOOST_TEST((why.code == errc::denied));
  BOOST_TEST(why.message == "no way");
  BOOST_TEST(
    (error_of("{'type': 'fail', 'params': {'code': 'nope'}}").code == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(log_tells_and_passes_on) {
  std::promise<json> logged;
  auto x = nodes("{'type': 'echo', 'params': {'value': 1}}, {'type': 'log', 'params': {'message': "
                 "'at ${previous}', 'level': 'warning'}}");
  auto listener = [&](const event& e) {
    if (e.type == event_type::step_log)
      logged.set_value(e.data);
  };
  BOOST_TEST(engine.run(x, {}, {.on_event = listener}).output.json() == 1);
  BOOST_TEST(logged.get_future().get() == json({{"level", "warning"}, {"message", "at 1"}}));
}

BOOST_AUTO_TEST_CASE(merge_does_what_a_parallel_group_does) {
  auto merged = [&](const std::string& params, const json& results) {
    return output_of("{'type': 'merge', 'params': {" + params + ", 'results': '${inputs.x}'}}",
                     value{json{{"x", results}}});
  };
  json results{{{"name", "a"}, {"success", true}, {"output", {{"n", 1}}}, {"quality", 0.2}},
               {{"name", "b"}, {"success", false}, {"output", nullptr}},
               {{"name", "c"}, {"success", true}, {"output", {{"m", 2}}}, {"quality", 0.7}}};
  BOOST_TEST(merged("'strategy': 'collect_all'", results) == results);
  BOOST_TEST(merged("'strategy': 'outputs'", results) == json::parse(R"([{"n":1},null,{"m":2}])"));
  BOOST_TEST(merged("'strategy': 'by_name'", results) ==
             json::parse(R"({"a":{"n":1},"b":null,"c":{"m":2}})"));
  BOOST_TEST(merged("'strategy': 'first_success'", results) == json({{"n", 1}}));
  BOOST_TEST(merged("'strategy': 'best_quality'", results) == json({{"m", 2}}));
  BOOST_TEST(merged("'strategy': 'combine_outputs'", results) == json::parse(R"({"n":1,"m":2})"));
  BOOST_TEST(merged("'strategy': 'combine_outputs', 'separator': '-'", {"x", nullptr, "y"}) ==
             "x-y");
  BOOST_TEST(merged("'strategy': 'majority_vote'", {2, 3, 3}) == 3);
  BOOST_TEST(merged("'strategy': 'reduce', 'program': 'add'", {2, 3, 3}) == 8);
  BOOST_TEST(merged("'strategy': 'combine_audio'", {{"outputs", {"a.mp3", {"b.mp3", "c.mp3"}}}}) ==
             json({"a.mp3", "b.mp3", "c.mp3"}));
}

BOOST_AUTO_TEST_CASE(merge_unwraps_what_groups_of_chains_and_batches_give) {
  auto merged = [&](const std::string& strategy, const json& results) {
    return output_of("{'type': 'merge', 'params': {'strategy': '" + strategy +
                       "'}, 'input': '${inputs.x}'}",
                     value{json{{"x", results}}});
  };
  json batch{{"results",
              {{{"item", 1}, {"value", "a.png"}},
               nullptr,
               {{"item", 3}, {"file", "c.png"}, {"size", 7}},
               {{"item", 4}, {"value", "d"}, {"more", true}}}},
             {"count", 4},
             {"batch_metadata", json::object()}};
  BOOST_TEST(merged("outputs", batch) ==
             json::parse(R"(["a.png", null, {"file": "c.png", "size": 7},
                                                         {"value": "d", "more": true}])"));
  BOOST_TEST(merged("collect_all", batch) == merged("outputs", batch));
  BOOST_TEST(merged("first_success", batch) == "a.png");
  json group{{"success", true}, {"outputs", {{{"success", true}, {"output", 1}}}}, {"errors", {}}};
  BOOST_TEST(merged("collect_all", group) == group["outputs"]);
  BOOST_TEST(merged("outputs", group) == json({1}));
  // What has results of its own is no batch.
  BOOST_TEST(merged("collect_all", {{"results", {1}}}) == json({{"results", {1}}}));
}

BOOST_AUTO_TEST_CASE(merge_refuses_what_it_cannot_merge) {
  auto wrong = [&](const std::string& strategy, const json& results) {
    return error_of("{'type': 'merge_results', 'params': {'strategy': '" + strategy +
                      "', 'results': '${inputs.x}'}}",
                    value{json{{"x", results}}});
  };
  BOOST_TEST(wrong("outputs", 5).message == "wanted a list of results, got number");
  BOOST_TEST(wrong("first_success", json{nullptr}).message == "none of the results is a success");
  BOOST_TEST(wrong("by_name", json{1}).message == "by_name: wanted results with a name, got 1");
  BOOST_TEST((wrong("combine_outputs", json{1, "x"}).code == errc::merge_conflict));
  BOOST_TEST(wrong("reduce", json{1}).message == "the step has no program `program`");
}

BOOST_AUTO_TEST_CASE(split_makes_a_list_of_parts) {
  auto parts = [&](const std::string& strategy) {
    return output_of("{'type': 'split', 'params': {'strategy': '" + strategy +
                       "', 'parts': 2, 'items': '${inputs.x}'}}",
                     value{json{{"x", {1, 2, 3}}}});
  };
  BOOST_TEST(parts("chunk") == json::parse("[[1,2],[3]]"));
  BOOST_TEST(parts("round_robin") == json::parse("[[1,3],[2]]"));
  BOOST_TEST(parts("duplicate") == json::parse("[[1,2,3],[1,2,3]]"));
  BOOST_TEST(error_of("{'type': 'echo', 'params': {'value': 1}}, {'type': 'split_input', 'params': "
                      "{'strategy': 'chunk', 'parts': 2}}")
               .message == "wanted a list to split, got number");
}

BOOST_AUTO_TEST_SUITE_END()
