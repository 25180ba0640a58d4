// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(out_of_time, group_fixture)

BOOST_AUTO_TEST_CASE(a_timeout_after_a_failure_changes_nothing) {
  start_group(read("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': "
                   "'echo', 'timeout': '1s'}]}"));
  auto first = expect_start(a), second = expect_start(b);
  expect_at_clock<set_alarm>();
  finish_child(a, first, failure_of("g/a", "boom"));
  expect_cancel(b, second, stop_reason::superseded);
  ring(1s); // it has been told already
  expect_nothing();
  finish_child(b, second, stopped("g/b"));
  BOOST_TEST(expect_answer(group).result->error->message == "boom");
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
  ring(1s);
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
  ring(250ms);
  expect_cancel(a, first, stop_reason::timeout);
  finish_child(a, first, failure_of("g", "boom"));
  auto second = expect_start(b);
  finish_child(b, second, success("g/fallback/b", "saved"));
  BOOST_TEST(expect_answer(group).result->children.at(0)->error->message == "boom");
}

BOOST_AUTO_TEST_CASE(a_child_past_its_limit_has_failed_but_is_awaited) {
  start_fallback(", 'timeout': '250ms'");
  auto first = expect_start(a);
  expect_at_clock<set_alarm>();
  scheduler.advance_time(249ms);
  expect_nothing();
  ring(1ms);
  expect_cancel(a, first, stop_reason::timeout);
  expect_nothing(); // the backup waits for the primary's bill
  finish_child(a, first, stopped("g", 0.5));
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
  ring(250ms);
  expect_cancel(a, first, stop_reason::timeout);
  finish_child(a, first, success("g", "just made it"));
  BOOST_TEST(expect_answer(group).result->output.text() == "just made it");
}

BOOST_AUTO_TEST_SUITE_END()
