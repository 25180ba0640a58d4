// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(run_suite, run_fixture)

BOOST_AUTO_TEST_CASE(events_are_numbered_without_gaps_and_children_end_before_parents) {
  start("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo'}]}, {'id': 'z', 'type': 'echo'}");
  let_run();
  BOOST_TEST(story() ==
             "run_started step_started:g step_started:g/a step_finished:g/a step_finished:g"
             " step_started:z step_finished:z run_finished");
  for (size_t i = 0; i < events.size(); ++i)
    BOOST_TEST(events[i].number == i + 1);
}

BOOST_AUTO_TEST_CASE(nobody_is_left_when_a_run_has_ended) {
  auto before = alive();
  start("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo', 'set': {'k': 1}}, {'id': 'b', "
        "'type': 'fail', 'fallback': {'id': 'c', 'type': 'echo', 'set': {'k': 2}}}]}");
  let_run();
  BOOST_REQUIRE(result);
  BOOST_TEST(result->success());
  BOOST_TEST(alive() == before);
}

BOOST_AUTO_TEST_CASE(a_cancel_before_the_run_has_begun_runs_nothing) {
  start("{'id': 'a', 'type': 'sleep', 'params': {'for': '1h'}}");
  caf::anon_send<caf::message_priority::high>(run_under_test, cancel_run{});
  let_run();
  BOOST_REQUIRE(result);
  BOOST_TEST((result->status == status::cancelled));
  BOOST_TEST(story() == "run_started run_finished");
}

BOOST_AUTO_TEST_CASE(a_cancel_while_it_runs_stops_everything) {
  start("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'sleep', 'params': {'for': '1h'}}, {'id': "
        "'b', 'type': 'sleep', 'params': {'for': '1h'}}]}");
  let_run();
  BOOST_TEST(!result);
  caf::anon_send(run_under_test, cancel_run{});
  caf::anon_send(run_under_test, cancel_run{}); // twice is once
  let_run();
  BOOST_REQUIRE(result);
  BOOST_TEST((result->status == status::cancelled));
  BOOST_TEST((result->error->code == errc::cancelled));
  BOOST_TEST(result->output.is_null());
  BOOST_TEST(result->tree->children.at(0)->children.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_output_of_the_flow_is_what_it_says) {
  start("{'id': 'a', 'type': 'echo', 'params': {'value': {'n': 1}}, 'set': {'k': '${result.n}'}}, "
        "{'id': 'b', 'type': 'echo', 'params': {'value': 2}}",
        "'output': {'first': '${a.n}', 'key': '${context.k}', 'last': '${previous}'},");
  let_run();
  auto wanted = nlohmann::json{{"first", 1}, {"key", 1}, {"last", 2}};
  BOOST_TEST(result->output.json() == wanted);
  BOOST_TEST(result->context.json() == nlohmann::json({{"k", 1}}));
}

BOOST_AUTO_TEST_CASE(an_output_that_does_not_resolve_fails_the_run) {
  start("{'id': 'a', 'type': 'echo'}", "'output': '${a.nope}',");
  let_run();
  BOOST_TEST((result->status == status::failed));
  BOOST_TEST((result->error->code == errc::unresolved_reference));
}

BOOST_AUTO_TEST_CASE(a_late_bill_is_added_and_told) {
  start("{'id': 'a', 'type': 'sleep', 'params': {'for': '1s'}}");
  let_run();
  caf::anon_send(run_under_test, late{"c", {}}); // before it is known that it was given up on
  caf::anon_send(run_under_test, abandoned{"c"});
  caf::anon_send(run_under_test, abandoned{"a"});
  caf::anon_send(run_under_test, abandoned{"b"});
  caf::anon_send(run_under_test, late{"a", *metrics::from({{"cost_usd", 0.5}})});
  let_run(1s);
  BOOST_REQUIRE(result);
  BOOST_TEST(result->metrics.json().at("cost_usd") == 0.5);
  BOOST_TEST(result->abandoned == std::vector<std::string>{"b"}, boost::test_tools::per_element());
  BOOST_TEST(story().find("late_spent:a") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bill_that_comes_after_the_end_harms_nobody) {
  start("{'id': 'a', 'type': 'echo'}");
  let_run();
  BOOST_REQUIRE(result);
  auto told = events.size();
  caf::anon_send(run_under_test, late{"a", *metrics::from({{"cost_usd", 0.5}})});
  let_run();
  BOOST_TEST(events.size() == told);
  BOOST_TEST(result->metrics.json().empty());
}

BOOST_AUTO_TEST_CASE(what_a_step_reports_and_what_stops_it_are_events) {
  kinds.add_inline("counts", [](const step_input& in) -> step_output {
    in.progress({{"done", 1}, {"of", 2}});
    return {};
  });
  start(
    "{'id': 'g', 'merge': 'first_success', 'parallel': [{'id': 'a', 'type': 'counts'}, {'id': 'b', "
    "'type': 'sleep', 'params': {'for': '1h'}}]}");
  let_run();
  auto find = [this](event_type type) {
    return *std::find_if(events.begin(), events.end(), [=](auto& x) { return x.type == type; });
  };
  BOOST_TEST(find(event_type::step_progress).path == "g/a");
  BOOST_TEST(find(event_type::step_progress).data.at("of") == 2);
  BOOST_TEST(find(event_type::branch_cancelled).path == "g/b");
  BOOST_TEST(find(event_type::branch_cancelled).data.at("reason") == "superseded");
}

BOOST_AUTO_TEST_CASE(a_run_that_goes_down_still_tells_who_waits) {
  start("{'id': 'a', 'type': 'sleep', 'params': {'for': '1h'}}");
  let_run();
  caf::anon_send_exit(run_under_test, caf::exit_reason::kill);
  scheduler.run();
  BOOST_REQUIRE(result);
  BOOST_TEST((result->error->code == errc::crashed));
  scheduler.advance_time(1h); // what it started ends
  scheduler.run();
}

BOOST_AUTO_TEST_CASE(time_passes_only_where_something_waits) {
  start("{'id': 'a', 'type': 'sleep', 'params': {'for': '2s'}}, {'id': 'b', 'type': 'echo'}");
  let_run(2s);
  BOOST_TEST((result->duration == 2s));
  BOOST_TEST((result->tree->children[0]->duration == 2s));
  BOOST_TEST((result->tree->children[1]->duration == 0s));
}

BOOST_AUTO_TEST_CASE(retries_and_fallbacks_are_told) {
  start("{'id': 'a', 'type': 'fail', 'retry': {'attempts': 2, 'jitter': 'none'}, 'fallback': "
        "{'id': 'b', 'type': 'echo'}}");
  let_run(1s);
  BOOST_TEST(story() ==
             "run_started step_started:a step_retrying:a fallback_triggered:a"
             " step_started:a/fallback/b step_finished:a/fallback/b step_finished:a run_finished");
  BOOST_TEST(result->success());
}

BOOST_AUTO_TEST_CASE(a_deadline_covers_all_attempts_and_their_pauses) {
  start("{'id': 'a', 'type': 'fail', 'retry': {'attempts': 9, 'initial': '1s', 'jitter': 'none'}, "
        "'deadline': '2s'}");
  let_run(1s); // second attempt
  let_run(1s); // the deadline, in the pause before the third
  BOOST_REQUIRE(result);
  BOOST_TEST((result->error->code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_group_past_its_timeout_is_stopped_whole_and_its_backup_begins) {
  start("{'id': 'g', 'timeout': '1s', 'parallel': [{'id': 'a', 'type': 'sleep', 'params': {'for': "
        "'1h'}}, {'id': 'b', 'type': 'echo', 'set': {'k': 1}}], 'fallback': {'id': 'c', 'type': "
        "'echo', 'params': {'value': '${context.k ?? \\'fresh\\'}'}}}");
  let_run(1s);
  BOOST_REQUIRE(result);
  BOOST_TEST(result->output.text() == "fresh"); // what the primary changed is dropped
  auto story = result->tree->children[0]->metadata.at("primary_attempt_result").json();
  BOOST_TEST(story.at("error").at("code") == "timeout");
}

BOOST_AUTO_TEST_CASE(conditions_and_inputs_decide_what_runs_and_with_what) {
  start("{'id': 'a', 'type': 'echo', 'params': {'value': 3}}, {'id': 'b', 'type': 'fail', 'when': "
        "'. > 5'},"
        " {'id': 'c', 'type': 'jq', 'when': '$a == 3', 'input': {'n': '${a}'}, 'params': "
        "{'program': '.n + 1'}}");
  let_run();
  let_run();
  BOOST_REQUIRE(result);
  BOOST_TEST(result->output.json() == 4);
  BOOST_TEST((result->tree->children[1]->status == status::skipped));
}

BOOST_AUTO_TEST_CASE(what_is_noted_about_a_node_is_carried_into_results_and_events) {
  start("{'id': 'g', 'meta': {'owner': 'ops'}, 'sequence': [{'type': 'echo', 'meta': {'n': 1}}]}");
  let_run();
  auto& group = *result->tree->children[0];
  BOOST_TEST(group.metadata.at("meta").json() == nlohmann::json({{"owner", "ops"}}));
  BOOST_TEST(group.children[0]->metadata.at("meta").json().at("n") == 1);
  BOOST_TEST(events.at(1).data.at("meta").at("owner") == "ops");
  BOOST_TEST(events.at(events.size() - 2).data.at("meta").at("owner") == "ops");
}

BOOST_AUTO_TEST_CASE(a_conflict_between_branches_is_told_and_recorded) {
  start("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo', 'set': {'k': 1}}, {'id': 'b', "
        "'type': 'echo', 'set': {'k': 2}}], 'context_merge': {'k': 'sum'}}");
  let_run();
  BOOST_TEST(result->context.json() == nlohmann::json({{"k", 3}}));
  BOOST_TEST(story().find("context_conflict:g") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(workers_change_the_time_and_nothing_else) {
  auto nodes = [](const std::string& more) {
    return "{'id': 'g', 'parallel': [{'id': 'a', 'type': 'sleep', 'params': {'for': '1s'}, 'set': "
           "{'k': 1}},"
           " {'id': 'b', 'type': 'sleep', 'params': {'for': '1s'}, 'set': {'k': 2}}], 'merge': "
           "'by_name'" +
           more + "}";
  };
  start(nodes(""));
  let_run(1s);
  auto together = *result;
  result.reset();
  start(nodes(", 'max_workers': 1"));
  let_run(1s);
  let_run(1s);
  BOOST_TEST((result->duration == 2s));
  BOOST_TEST((together.duration == 1s));
  BOOST_TEST((result->output == together.output));
  BOOST_TEST((result->context == together.context));
}

BOOST_AUTO_TEST_SUITE_END()
