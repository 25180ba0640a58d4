// SPDX-License-Identifier: Apache-2.0
#include "actors/alarm_queue.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

struct fixture {
  alarm_queue<int, std::hash<int>> queue;
  caf::actor_clock::time_point start{1h};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(alarm_queue_suite, fixture)

BOOST_AUTO_TEST_CASE(who_is_due_is_taken_in_order_of_time) {
  queue.set(1, start + 2s);
  queue.set(2, start + 1s);
  BOOST_TEST((queue.next() == start + 1s));
  BOOST_TEST(!queue.take_due(start));
  BOOST_TEST(queue.take_due(start + 2s).value() == 2);
  BOOST_TEST(queue.take_due(start + 2s).value() == 1);
  BOOST_TEST(!queue.take_due(start + 2s));
}

BOOST_AUTO_TEST_CASE(who_is_due_at_the_same_time_is_taken_in_order_of_asking) {
  queue.set(2, start);
  queue.set(1, start);
  BOOST_TEST(queue.take_due(start).value() == 2);
}

BOOST_AUTO_TEST_CASE(a_second_alarm_replaces_the_first) {
  queue.set(1, start);
  queue.set(1, start + 1s);
  BOOST_TEST(queue.size() == 1u);
  BOOST_TEST(!queue.take_due(start));
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_is_not_due_and_leaves_nothing) {
  queue.set(1, start);
  queue.forget(1);
  queue.forget(1);
  BOOST_TEST(!queue.take_due(start));
  BOOST_TEST((queue.next() == caf::actor_clock::time_point::max()));
}

BOOST_AUTO_TEST_SUITE_END()
