// SPDX-License-Identifier: Apache-2.0
#include "actors/timer.hpp"

#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct timer_fixture : node_fixture {
  caf::actor a = sys.spawn<puppet>(), b = sys.spawn<puppet>();
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(timer_suite, timer_fixture)

BOOST_AUTO_TEST_CASE(an_alarm_rings_when_its_time_has_passed_and_not_before) {
  deliver(a, clock, set_alarm{1, 100ms});
  scheduler.advance_time(99ms);
  expect_nothing();
  scheduler.advance_time(1ms);
  expect<tick>(clock, clock);
  BOOST_TEST(expect<expired>(clock, a).attempt == 1u);
  expect_nothing();
}

BOOST_AUTO_TEST_CASE(an_alarm_that_was_heard_of_late_rings_in_time) {
  auto since = scheduler.clock().now();
  scheduler.advance_time(30ms);
  deliver(a, clock, set_alarm{1, 100ms, since});
  scheduler.advance_time(70ms);
  expect<tick>(clock, clock);
  expect<expired>(clock, a);
}

BOOST_AUTO_TEST_CASE(an_earlier_alarm_supersedes_the_pending_tick) {
  deliver(a, clock, set_alarm{1, 200ms});
  deliver(b, clock, set_alarm{2, 100ms});
  deliver(b, clock, set_alarm{3, 400ms});
  scheduler.advance_time(100ms);
  expect<tick>(clock, clock);
  BOOST_TEST(expect<expired>(clock, b).attempt == 2u);
  scheduler.advance_time(100ms);
  expect<tick>(clock, clock); // the superseded one
  expect<tick>(clock, clock);
  BOOST_TEST(expect<expired>(clock, a).attempt == 1u);
  scheduler.advance_time(200ms);
  expect<tick>(clock, clock);
  BOOST_TEST(expect<expired>(clock, b).attempt == 3u);
  expect_nothing(); // ticks have not multiplied
}

BOOST_AUTO_TEST_CASE(a_cleared_alarm_never_rings_and_leaves_nothing) {
  deliver(a, clock, set_alarm{1, 100ms});
  deliver(a, clock, clear_alarm{1});
  deliver(a, clock, clear_alarm{1}); // unknown by now
  auto& st = caf::actor_cast<timer_actor*>(clock)->state;
  BOOST_TEST(st.alarms.size() == 0u);
  scheduler.advance_time(100ms);
  expect<tick>(clock, clock);
  expect_nothing();
}

BOOST_AUTO_TEST_CASE(a_second_alarm_of_one_attempt_replaces_the_first) {
  deliver(a, clock, set_alarm{1, 100ms});
  deliver(a, clock, set_alarm{1, 300ms});
  scheduler.advance_time(100ms);
  expect<tick>(clock, clock);
  expect_nothing();
  scheduler.advance_time(200ms);
  expect<tick>(clock, clock);
  BOOST_TEST(expect<expired>(clock, a).attempt == 1u);
}

BOOST_AUTO_TEST_CASE(an_alarm_keeps_nobody_alive) {
  auto before = alive();
  deliver(a, clock, set_alarm{1, 100ms});
  caf::anon_send_exit(a, caf::exit_reason::kill);
  expect<caf::exit_msg>({}, a);
  BOOST_TEST(alive() == before - 1);
  a = nullptr;
  scheduler.advance_time(100ms);
  expect<tick>(clock, clock);
  expect_nothing();
}

BOOST_AUTO_TEST_SUITE_END()
