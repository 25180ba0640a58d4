// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(conditions, group_fixture)

BOOST_AUTO_TEST_CASE(a_child_whose_condition_is_false_gets_no_actor_and_passes_its_input_on) {
  start_group(read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'when': '.ready'}, {'id': "
                   "'b', 'type': 'echo'}]}"));
  expect_at_clock<set_alarm>();
  expect<work>(group, pool);
  deliver(pool, group, evaluated{1, std::vector<value>{value{false}}});
  auto second = expect<start>(group, b);
  BOOST_TEST(second.input.text() == "in");
  finish_child(b, second.attempt, success("g/b", 2));
  expect_at_clock<clear_alarm>();
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
  ring(30s);
  expect<gave_up>(group, pool);
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

BOOST_AUTO_TEST_CASE(the_alarm_of_a_condition_is_not_taken_for_that_of_its_child) {
  start_group(
    read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'when': '.x', 'timeout': '1h'}]}"));
  expect_at_clock<set_alarm>();
  expect<work>(group, pool);
  deliver(pool, group, evaluated{1, std::vector<value>{value{true}}});
  auto attempt = expect_start(a);
  ring(30s); // in vain
  expect_at_clock<set_alarm>();
  expect_nothing();
  finish_child(a, attempt, success("g/a", 1));
  expect_at_clock<clear_alarm>();
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_AUTO_TEST_SUITE_END()
