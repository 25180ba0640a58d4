// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

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

BOOST_FIXTURE_TEST_SUITE(merging, group_fixture)

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

BOOST_AUTO_TEST_SUITE_END()
