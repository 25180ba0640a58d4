// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(supervisor_suite, group_fixture)

BOOST_AUTO_TEST_CASE(parallel_answers_in_order_of_definition_not_of_arrival) {
  start_parallel(", 'merge': 'outputs'");
  auto first = expect_start(a), second = expect_start(b);
  finish_child(b, second, success("g/b", 2));
  expect_nothing();
  finish_child(a, first, success("g/a", 1));
  BOOST_TEST(expect_answer(group).result->output.json() == nlohmann::json({1, 2}));
}

BOOST_AUTO_TEST_CASE(a_failed_branch_cancels_its_siblings_and_awaits_them) {
  start_parallel();
  auto first = expect_start(a), second = expect_start(b);
  finish_child(b, second, failure_of("g/b", "boom", 0.5));
  expect_cancel(a, first, stop_reason::superseded);
  expect_nothing(); // no answer yet: `a` still owes its own
  finish_child(a, first, stopped("g/a", 0.25));
  auto result = expect_answer(group).result;
  BOOST_TEST((result->status == status::failed));
  BOOST_TEST(result->error->path == "g/b"); // the cause, not the cancelled one
  BOOST_TEST(result->output.json().at(0).at("path") == "g/a");
  BOOST_TEST(result->output.json().at(1).at("error").at("message") == "boom");
  BOOST_TEST(cost_of(*result) == 0.75); // every bill is counted
  BOOST_TEST(result->metadata.at("failed").json() == 1);
  BOOST_TEST(result->metadata.at("cancelled").json() == 1);
  BOOST_TEST(result->feedback == "1 of 2 nodes failed: g/b (step_failed: boom)");
}

BOOST_AUTO_TEST_CASE(a_stale_answer_is_ignored) {
  start_fallback();
  auto first = expect_start(a);
  finish_child(a, first, failure_of("g", "boom"));
  auto second = expect_start(b);
  finish_child(a, first, success("g", "second thoughts"));
  finish_child(a, 99, success("g", "not mine"));
  deliver(clock, group, expired{}); // in vain
  expect_nothing();
  finish_child(b, second, success("g/fallback/b", "saved"));
  BOOST_TEST(expect_answer(group).result->output.text() == "saved");
}

BOOST_AUTO_TEST_CASE(a_backup_starts_with_the_original_input_and_keeps_the_story) {
  start_fallback();
  auto first = expect_start(a);
  finish_child(a, first, failure_of("g", "boom", 0.5));
  auto second = expect<start>(group, b);
  BOOST_TEST(second.input.text() == "in");
  finish_child(b, second.attempt, success("g/fallback/b", "saved", 0.25));
  auto result = expect_answer(group).result;
  BOOST_TEST(result->path == "g");
  BOOST_TEST(result->name == "g");
  BOOST_TEST(result->children.size() == 2u); // both attempts
  BOOST_TEST(cost_of(*result) == 0.75);
  BOOST_TEST(result->metadata.at("fallback_triggered").json() == true);
  BOOST_TEST(result->metadata.at("primary_attempt_result").json().at("error").at("message") ==
             "boom");
  BOOST_TEST(!result->metadata.at("fallback_attempt_result").json().contains("output"));
}

BOOST_AUTO_TEST_CASE(a_cancel_that_overtakes_its_start_starts_nothing) {
  early = cancel{7, stop_reason::requested};
  start_parallel();
  auto result = expect_answer(group).result;
  BOOST_TEST((result->status == status::cancelled));
  BOOST_TEST(result->children.size() == 2u);
  BOOST_TEST((result->children[0]->status == status::skipped));
}

BOOST_AUTO_TEST_CASE(a_cancel_for_another_attempt_is_ignored) {
  start_parallel();
  auto first = expect_start(a), second = expect_start(b);
  deliver(parent, group, cancel{8, stop_reason::requested});
  expect_nothing();
  finish_child(a, first, success("g/a", 1));
  finish_child(b, second, success("g/b", 2));
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_AUTO_TEST_CASE(cancel_is_idempotent_and_answered_when_all_have_answered) {
  start_parallel();
  auto first = expect_start(a), second = expect_start(b);
  deliver(parent, group, cancel{7, stop_reason::requested});
  deliver(parent, group, cancel{7, stop_reason::requested});
  expect_cancel(a, first, stop_reason::requested);
  expect_cancel(b, second, stop_reason::requested);
  finish_child(a, first, success("g/a", "just made it", 0.5));
  expect_nothing();
  finish_child(b, second, stopped("g/b", 0.25));
  auto answer = expect_answer(group);
  BOOST_TEST((answer.result->status == status::cancelled));
  BOOST_TEST(cost_of(*answer.result) == 0.75);
  BOOST_TEST(answer.delta.empty());
}

BOOST_AUTO_TEST_CASE(a_child_is_told_to_stop_only_once) {
  start_parallel();
  auto first = expect_start(a), second = expect_start(b);
  finish_child(b, second, failure_of("g/b", "boom"));
  expect_cancel(a, first, stop_reason::superseded);
  deliver(parent, group, cancel{7, stop_reason::requested});
  expect_nothing();
  finish_child(a, first, stopped("g/a"));
  BOOST_TEST((expect_answer(group).result->status == status::cancelled)); // from above wins
}

BOOST_AUTO_TEST_CASE(a_sequence_passes_output_and_context_on) {
  start_group(
    read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}]}"));
  auto first = expect_start(a);
  finish_child(a, first, success("g/a", "one"), {{"k", value{1}}});
  auto second = expect<start>(group, b);
  BOOST_TEST(second.input.text() == "one");
  BOOST_TEST(second.scope->context.find("k")->json() == 1);
  finish_child(b, second.attempt, success("g/b", "two"), {{"k", value{2}}, {"l", value{3}}});
  auto answer = expect_answer(group);
  BOOST_TEST(answer.result->output.text() == "two");
  BOOST_TEST((answer.delta == changes{{"k", value{2}}, {"l", value{3}}}));
}

BOOST_AUTO_TEST_CASE(a_failed_child_ends_a_sequence_and_the_rest_is_skipped) {
  start_group(
    read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}]}"));
  auto first = expect_start(a);
  finish_child(a, first, failure_of("g/a", "boom"), {{"k", value{1}}});
  auto answer = expect_answer(group);
  BOOST_TEST((answer.result->status == status::failed));
  BOOST_TEST((answer.result->children.at(1)->status == status::skipped));
  BOOST_TEST(answer.delta.empty());
}

BOOST_AUTO_TEST_CASE(branches_do_not_see_each_others_changes) {
  start_parallel(", 'max_workers': 1");
  auto first = expect_start(a);
  finish_child(a, first, success("g/a", 1), {{"k", value{1}}});
  auto second = expect<start>(group, b);
  BOOST_TEST(!second.scope->context.find("k"));
  finish_child(b, second.attempt, success("g/b", 2));
  expect_answer(group);
}

BOOST_AUTO_TEST_CASE(a_retry_waits_before_it_starts_the_next_attempt) {
  start_group(read(
    "{'id': 'g', 'type': 'echo', 'retry': {'attempts': 2, 'initial': '100ms', 'jitter': 'none'}}"));
  auto first = expect<start>(group, a);
  BOOST_TEST(first.try_number == 1);
  finish_child(a, first.attempt, failure_of("g", "boom", 0.5), {{"k", value{1}}});
  expect_at_clock<set_alarm>();
  scheduler.advance_time(99ms);
  expect_nothing();
  ring(1ms);
  auto second = expect<start>(group, a);
  BOOST_TEST(second.try_number == 2);
  BOOST_TEST(!second.scope->context.find("k"));
  finish_child(a, second.attempt, success("g", "at last", 0.25));
  auto result = expect_answer(group).result;
  BOOST_TEST(result->attempts == 2);
  BOOST_TEST(cost_of(*result) == 0.75);
  BOOST_TEST(result->metadata.at("failed_attempts").json().size() == 1u);
  BOOST_TEST(result->children.empty()); // it is the child's own result
}

BOOST_AUTO_TEST_CASE(a_cancel_while_a_retry_waits_starts_nothing) {
  start_group(read("{'id': 'g', 'type': 'echo', 'retry': {'attempts': 2, 'jitter': 'none'}}"));
  auto first = expect_start(a);
  finish_child(a, first, failure_of("g", "boom"));
  expect_at_clock<set_alarm>();
  deliver(parent, group, cancel{7, stop_reason::requested});
  expect_at_clock<clear_alarm>();
  auto result = expect_answer(group).result;
  BOOST_TEST((result->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(an_input_that_does_not_resolve_fails_the_child) {
  start_group(
    read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'input': '${context.nope}'}]}"));
  auto result = expect_answer(group).result;
  BOOST_TEST((result->error->code == errc::unresolved_reference));
  BOOST_TEST(result->error->path == "g/a");
}

BOOST_AUTO_TEST_CASE(a_child_that_has_ended_without_an_actor_is_not_told_to_stop) {
  start_group(read("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo', 'input': '${context.no}'},"
                   " {'id': 'b', 'type': 'echo', 'input': '${context.way}'}]}"));
  auto result = expect_answer(group).result;
  BOOST_TEST(result->error->path == "g/a");
  BOOST_TEST(result->metadata.at("failed").json() == 2);
}

BOOST_AUTO_TEST_CASE(returns_and_set_are_applied_to_a_group) {
  start_group(read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo'}],"
                   " 'set': {'k': '${result}'}, 'returns': {'type': 'number'}}"));
  auto first = expect_start(a);
  finish_child(a, first, success("g/a", 5));
  BOOST_TEST((expect_answer(group).delta == changes{{"k", value{5}}}));

  start_group(
    read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo'}], 'returns': {'type': 'number'}}"));
  first = expect_start(a);
  finish_child(a, first, success("g/a", "text"));
  BOOST_TEST((expect_answer(group).result->error->code == errc::invalid_output));
}

BOOST_AUTO_TEST_CASE(a_group_that_goes_down_still_answers) {
  start_parallel();
  auto first = expect_start(a), second = expect_start(b);
  caf::anon_send_exit(group, caf::exit_reason::kill);
  scheduler.prioritize(group);
  scheduler.run_once();
  expect_cancel(a, first, stop_reason::requested); // and leaves no orphans
  expect_cancel(b, second, stop_reason::requested);
  BOOST_TEST((expect_answer(group).result->error->code == errc::crashed));
}

BOOST_AUTO_TEST_SUITE_END()
