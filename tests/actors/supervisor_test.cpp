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

BOOST_AUTO_TEST_CASE(a_timeout_after_a_failure_changes_nothing) {
  start_parallel("");
  auto first = expect_start(a), second = expect_start(b);
  finish_child(a, first, failure_of("g/a", "boom"));
  expect_cancel(b, second, stop_reason::superseded);
  deliver(clock, group, expired{second}); // it has been told already
  expect_nothing();
  finish_child(b, second, stopped("g/b"));
  BOOST_TEST(expect_answer(group).result->error->message == "boom");
}

BOOST_AUTO_TEST_CASE(two_sets_of_changes_go_to_the_reducer) {
  start_parallel();
  auto first = expect_start(a), second = expect_start(b);
  finish_child(b, second, success("g/b", 2), {{"x", value{2}}, {"y", value{2}}});
  finish_child(a, first, success("g/a", 1), {{"x", value{1}}});
  auto reducer = reducer_of_group();
  expect<reduce>(group, reducer);
  expect<reduced>(reducer, group);
  auto answer = expect<finished>(group, parent);
  BOOST_TEST((answer.delta == changes{{"x", value{2}}, {"y", value{2}}})); // by order of definition
  auto known = nlohmann::json{{{"key", "x"}, {"policy", "last_write_wins"}}};
  BOOST_TEST(answer.result->metadata.at("context_conflicts").json() == known);
}

BOOST_AUTO_TEST_CASE(a_merge_that_is_impossible_fails_the_group) {
  start_parallel(", 'context_merge': {'x': 'error'}");
  auto first = expect_start(a), second = expect_start(b);
  finish_child(a, first, success("g/a", 1), {{"x", value{1}}});
  finish_child(b, second, success("g/b", 2), {{"x", value{2}}});
  auto reducer = reducer_of_group();
  expect<reduce>(group, reducer);
  expect<reduced>(reducer, group);
  auto answer = expect<finished>(group, parent);
  BOOST_TEST((answer.result->error->code == errc::merge_conflict));
  BOOST_TEST(answer.delta.empty());
}

BOOST_AUTO_TEST_CASE(one_set_of_changes_needs_no_reducer) {
  start_parallel();
  auto first = expect_start(a), second = expect_start(b);
  auto before = alive();
  finish_child(b, second, success("g/b", 2), {{"y", value{2}}});
  finish_child(a, first, success("g/a", 1));
  BOOST_TEST(alive() <= before);
  auto answer = expect_answer(group);
  BOOST_TEST((answer.delta == changes{{"y", value{2}}}));
}

BOOST_AUTO_TEST_CASE(a_crashed_reducer_fails_the_group) {
  start_parallel(", 'context_merge': {'x': {'jq': '.values[0]'}}");
  auto first = expect_start(a), second = expect_start(b);
  finish_child(a, first, success("g/a", 1), {{"x", value{1}}});
  finish_child(b, second, success("g/b", 2), {{"x", value{2}}});
  auto reducer = reducer_of_group();
  expect<reduce>(group, reducer);
  expect<work>(reducer, pool); // nobody answers it
  expect<set_alarm>(reducer, clock);
  caf::anon_send_exit(reducer, caf::exit_reason::kill);
  expect<caf::exit_msg>({}, reducer);
  expect<caf::down_msg>({}, group);
  BOOST_TEST((expect_answer(group).result->error->code == errc::crashed));
}

BOOST_AUTO_TEST_CASE(a_merge_that_does_not_end_times_out) {
  start_parallel(", 'context_merge': {'x': {'jq': '.values[0]'}}");
  auto first = expect_start(a), second = expect_start(b);
  finish_child(a, first, success("g/a", 1), {{"x", value{1}}});
  finish_child(b, second, success("g/b", 2), {{"x", value{2}}});
  auto reducer = reducer_of_group();
  expect<reduce>(group, reducer);
  expect<work>(reducer, pool); // nobody answers it
  expect<set_alarm>(reducer, clock);
  scheduler.advance_time(30s);
  expect<tick>(clock, clock);
  expect<expired>(clock, reducer);
  expect<reduced>(reducer, group);
  BOOST_TEST((expect<finished>(group, parent).result->error->code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_cancel_ends_a_merge_and_its_program) {
  start_parallel(", 'context_merge': {'x': {'jq': 'def f: f; f'}}");
  auto first = expect_start(a), second = expect_start(b);
  finish_child(a, first, success("g/a", 1, 0.5), {{"x", value{1}}});
  finish_child(b, second, success("g/b", 2, 0.25), {{"x", value{2}}});
  auto reducer = reducer_of_group();
  expect<reduce>(group, reducer);
  auto program = std::static_pointer_cast<call>(expect<work>(reducer, pool).job);
  program->begin(); // a thread has taken it
  expect<set_alarm>(reducer, clock);
  deliver(parent, group, cancel{7, stop_reason::requested});
  deliver(parent, group, cancel{7, stop_reason::timeout}); // the first reason stands
  expect<stop_reduce>(group, reducer);
  expect<clear_alarm>(reducer, clock);
  BOOST_TEST(expect<abandoned>(reducer, run).path == "g");
  expect<gave_up>(reducer, pool);
  expect<reduced>(reducer, group);
  auto answer = expect<finished>(group, parent);
  BOOST_TEST((answer.result->status == status::cancelled));
  BOOST_TEST(answer.delta.empty());
  BOOST_TEST(cost_of(*answer.result) == 0.75);
  BOOST_TEST(program->is_abandoned());
  program->returned({}, std::make_shared<const outcome>()); // it finds nobody who wants it
  BOOST_TEST(expect<late>({}, run).path == "g");
  expect_nothing();
}

namespace {

/// Takes the first two that succeed, as a quorum does.
struct two_are_enough final : policy {
  std::vector<changes> deltas;
  directive on_start(const given&) override {
    return launch{{{.child = 0}, {.child = 1}, {.child = 2}}};
  }
  directive on_settled(const settled& x) override {
    deltas.push_back(x.delta);
    return deltas.size() < 2 ? directive{wait{}} : directive{finish{{}, deltas}};
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_cancel_before_a_merge_leaves_nothing_to_merge) {
  own_policy = std::make_unique<two_are_enough>();
  start_group(read(
    "{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}, {'id': "
    "'c', 'type': 'echo'}]}"));
  auto first = expect_start(a), second = expect_start(b), third = expect_start(c);
  finish_child(a, first, success("g/a", 1), {{"x", value{1}}});
  finish_child(b, second, success("g/b", 2), {{"x", value{2}}});
  expect_cancel(c, third, stop_reason::superseded);
  deliver(parent, group, cancel{7, stop_reason::requested});
  finish_child(c, third, stopped("g/c"));
  auto answer = expect_answer(group);
  BOOST_TEST((answer.result->status == status::cancelled));
  BOOST_TEST(answer.delta.empty());
}

BOOST_AUTO_TEST_CASE(what_a_loser_leaves_is_not_read) {
  start_group(
    read("{'id': 'g', 'merge': 'first_success', 'parallel': [{'id': 'a', 'type': 'echo'}, "
         "{'id': 'b', 'type': 'echo'}]}, {'type': 'echo', 'params': {'value': '${a ?? b}'}}"));
  auto first = expect_start(a), second = expect_start(b);
  finish_child(b, second, success("g/b", 2));
  expect_cancel(a, first, stop_reason::superseded);
  finish_child(a, first, success("g/a", 1)); // just made it
  auto left = expect_answer(group).results;
  BOOST_TEST(left.size() == 1u);
  BOOST_TEST(left.at(0).second->path == "g/b");
}

BOOST_AUTO_TEST_CASE(a_merge_out_of_time_fails_the_group) {
  start_parallel(", 'context_merge': {'x': {'jq': '.values[0]'}}");
  auto first = expect_start(a), second = expect_start(b);
  finish_child(a, first, success("g/a", 1), {{"x", value{1}}});
  finish_child(b, second, success("g/b", 2), {{"x", value{2}}});
  auto reducer = reducer_of_group();
  expect<reduce>(group, reducer);
  expect<work>(reducer, pool); // nobody answers it
  expect<set_alarm>(reducer, clock);
  deliver(parent, group, cancel{7, stop_reason::timeout});
  expect<stop_reduce>(group, reducer);
  expect<reduced>(reducer, group);
  BOOST_TEST((expect<finished>(group, parent).result->error->code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_group_out_of_time_answers_with_what_its_branches_have) {
  start_parallel();
  auto first = expect_start(a), second = expect_start(b);
  finish_child(a, first, success("g/a", 1, 0.5));
  deliver(parent, group, cancel{7, stop_reason::timeout});
  expect_cancel(b, second, stop_reason::superseded); // its own time is not up
  expect_nothing();
  finish_child(b, second, stopped("g/b", 0.25));
  auto result = expect_answer(group).result;
  BOOST_TEST((result->status == status::failed));
  BOOST_TEST((result->error->code == errc::timeout));
  BOOST_TEST(result->error->path == "g");
  BOOST_TEST(result->output.json().at(0).at("output") == 1);
  BOOST_TEST(result->output.json().at(1).at("status") == "cancelled");
  BOOST_TEST(result->feedback == "g (timeout: no answer in time)");
  BOOST_TEST(cost_of(*result) == 0.75);
}

BOOST_AUTO_TEST_CASE(a_sequence_out_of_time_starts_nothing_more) {
  start_group(
    read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}]}"));
  auto first = expect_start(a);
  deliver(parent, group, cancel{7, stop_reason::timeout});
  expect_cancel(a, first, stop_reason::superseded);
  finish_child(a, first, success("g/a", "just made it"));
  auto result = expect_answer(group).result;
  BOOST_TEST((result->error->code == errc::timeout));
  BOOST_TEST((result->children.at(1)->status == status::skipped));
}

BOOST_AUTO_TEST_CASE(a_retry_out_of_time_tells_its_tries) {
  start_group(read("{'id': 'g', 'type': 'echo', 'retry': {'attempts': 5, 'jitter': 'none'}}"));
  auto first = expect_start(a);
  finish_child(a, first, failure_of("g", "boom", 0.5));
  expect_at_clock<set_alarm>();
  ring(1s, first + 1);
  auto second = expect_start(a);
  deliver(parent, group, cancel{7, stop_reason::timeout});
  expect_cancel(a, second, stop_reason::superseded);
  finish_child(a, second, stopped("g", 0.25));
  auto result = expect_answer(group).result;
  BOOST_TEST((result->error->code == errc::timeout));
  BOOST_TEST(result->error->cause->message == "boom");
  BOOST_TEST(result->attempts == 2);
  BOOST_TEST(result->metadata.at("failed_attempts").json().size() == 1u);
  BOOST_TEST(cost_of(*result) == 0.75);
}

BOOST_AUTO_TEST_CASE(a_failure_that_crosses_the_limit_stands) {
  start_fallback(", 'timeout': '250ms'");
  auto first = expect_start(a);
  expect_at_clock<set_alarm>();
  ring(250ms, first);
  expect_cancel(a, first, stop_reason::timeout);
  finish_child(a, first, failure_of("g", "boom"));
  expect_at_clock<clear_alarm>();
  auto second = expect_start(b);
  finish_child(b, second, success("g/fallback/b", "saved"));
  BOOST_TEST(expect_answer(group).result->children.at(0)->error->message == "boom");
}

BOOST_AUTO_TEST_CASE(a_stale_answer_is_ignored) {
  start_fallback();
  auto first = expect_start(a);
  finish_child(a, first, failure_of("g", "boom"));
  auto second = expect_start(b);
  finish_child(a, first, success("g", "second thoughts"));
  finish_child(a, 99, success("g", "not mine"));
  deliver(clock, group, expired{first}); // the limit of an attempt long settled
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

BOOST_AUTO_TEST_CASE(a_child_past_its_limit_has_failed_but_is_awaited) {
  start_fallback(", 'timeout': '250ms'");
  auto first = expect_start(a);
  expect_at_clock<set_alarm>();
  scheduler.advance_time(249ms);
  expect_nothing();
  ring(1ms, first);
  expect_cancel(a, first, stop_reason::timeout);
  expect_nothing(); // the backup waits for the primary's bill
  finish_child(a, first, stopped("g", 0.5));
  expect_at_clock<clear_alarm>();
  auto second = expect_start(b);
  finish_child(b, second, success("g/fallback/b", "saved", 0.25));
  auto result = expect_answer(group).result;
  BOOST_TEST((result->children.at(0)->error->code == errc::timeout));
  BOOST_TEST(cost_of(*result) == 0.75);
}

BOOST_AUTO_TEST_CASE(a_success_that_crosses_the_limit_stands) {
  start_fallback(", 'timeout': '250ms'");
  auto first = expect_start(a);
  expect_at_clock<set_alarm>();
  ring(250ms, first);
  expect_cancel(a, first, stop_reason::timeout);
  finish_child(a, first, success("g", "just made it"));
  expect_at_clock<clear_alarm>();
  BOOST_TEST(expect_answer(group).result->output.text() == "just made it");
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
  ring(1ms, first.attempt + 1);
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

BOOST_AUTO_TEST_CASE(a_child_whose_condition_is_false_gets_no_actor_and_passes_its_input_on) {
  start_group(read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'when': '.ready'}, {'id': "
                   "'b', 'type': 'echo'}]}"));
  expect_at_clock<set_alarm>();
  expect<work>(group, pool);
  deliver(pool, group, evaluated{1, std::vector<value>{value{false}}});
  expect_at_clock<clear_alarm>();
  auto second = expect<start>(group, b);
  BOOST_TEST(second.input.text() == "in");
  finish_child(b, second.attempt, success("g/b", 2));
  BOOST_TEST((expect_answer(group).result->children.at(0)->status == status::skipped));
}

BOOST_AUTO_TEST_CASE(a_condition_that_fails_fails_its_child) {
  start_group(read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'when': '.x'}]}"));
  expect_at_clock<set_alarm>();
  expect<work>(group, pool);
  deliver(pool, group, evaluated{1, failure(errc::expression_failed, "jq: no")});
  expect_at_clock<clear_alarm>();
  BOOST_TEST((expect_answer(group).result->error->code == errc::expression_failed));
}

BOOST_AUTO_TEST_CASE(a_condition_that_does_not_end_times_out) {
  start_group(read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'when': '.x'}]}"));
  expect_at_clock<set_alarm>();
  expect<work>(group, pool);
  ring(30s, 1);
  expect<gave_up>(group, pool);
  expect_at_clock<clear_alarm>();
  BOOST_TEST((expect_answer(group).result->error->code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_cancel_while_a_condition_is_computed_starts_nothing) {
  start_group(read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'when': '.x'}]}"));
  expect_at_clock<set_alarm>();
  auto condition = expect<work>(group, pool).job;
  deliver(parent, group, cancel{7, stop_reason::requested});
  expect<gave_up>(group, pool);
  BOOST_TEST(condition->is_abandoned());
  expect_at_clock<clear_alarm>();
  BOOST_TEST((expect_answer(group).result->status == status::cancelled));
  caf::send_as(pool, group, evaluated{1, std::vector<value>{value{true}}}); // finds nobody
  expect_nothing();
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

BOOST_AUTO_TEST_CASE(the_alarm_of_a_condition_is_not_taken_for_that_of_its_child) {
  start_group(
    read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'when': '.x', 'timeout': '1h'}]}"));
  expect_at_clock<set_alarm>();
  expect<work>(group, pool);
  deliver(pool, group, evaluated{1, std::vector<value>{value{true}}});
  expect_at_clock<clear_alarm>();
  auto attempt = expect_start(a);
  expect_at_clock<set_alarm>();
  deliver(clock, group, expired{1}); // it was on its way
  expect_nothing();
  finish_child(a, attempt, success("g/a", 1));
  expect_at_clock<clear_alarm>();
  BOOST_TEST(expect_answer(group).result->ok());
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

BOOST_AUTO_TEST_CASE(the_best_of_scored_branches_wins_and_its_changes_count) {
  start_group(
    read("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}],"
         " 'merge': {'best_quality': {'score': {'id': 'judge', 'type': 'echo'}}}}"));
  auto first = expect_start(a), second = expect_start(b);
  finish_child(a, first, success("g/a", "short"), {{"from", value{"a"}}});
  finish_child(b, second, success("g/b", "long"), {{"from", value{"b"}}});
  auto score_a = expect<start>(group, c), score_b = expect<start>(group, c);
  BOOST_TEST(score_a.input.text() == "short");
  BOOST_TEST(score_b.input.text() == "long");
  finish_child(c, score_b.attempt, success("g/judge", 0.9, 0.5));
  finish_child(c, score_a.attempt, success("g/judge", 0.1, 0.25));
  auto answer = expect_answer(group);
  BOOST_TEST(answer.result->output.text() == "long");
  BOOST_TEST(answer.result->children.size() == 2u); // judges are billed, not shown
  BOOST_TEST(cost_of(*answer.result) == 0.75);
  BOOST_TEST((answer.delta == changes{{"from", value{"b"}}}));
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
