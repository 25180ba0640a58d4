// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string naps(int count, const std::string& more, const std::string& time = "100ms") {
  auto items = json::array();
  for (auto i = 0; i < count; ++i)
    items.push_back(i);
  return "{'id': 'm', 'batch': {'items': " + items.dump() +
         ", 'parallel': true, 'max_concurrent': 100}, 'type': 'sleep', "
         "'params': {'for': '" +
         time + "'}" + more + "}";
}

size_t held_by(const caf::actor& limiter) {
  return caf::actor_cast<limiter_actor*>(limiter)->state.permits->held();
}

} // namespace

BOOST_AUTO_TEST_SUITE(permits_suite)

BOOST_AUTO_TEST_CASE(permits_are_handed_out_in_the_order_of_asking) {
  permits x{{.concurrency = 2}, 0s};
  for (auto who : {1, 2, 3, 4})
    x.ask(who);
  BOOST_TEST(x.grant(0s) == (std::vector<permits::ticket>{1, 2}), boost::test_tools::per_element());
  x.give_back(2);
  BOOST_TEST(x.grant(0s) == (std::vector<permits::ticket>{3}), boost::test_tools::per_element());
  x.give_back(4); // no longer wanted
  x.give_back(9); // unknown
  x.give_back(1);
  BOOST_TEST(x.grant(0s).empty());
  BOOST_TEST(x.held() == 1u);
  BOOST_TEST(x.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(tokens_come_at_the_rate_and_are_saved_up_to_the_burst) {
  permits x{{.rate = 10.0, .burst = 3}, 0s};
  for (permits::ticket who = 1; who <= 6; ++who)
    x.ask(who);
  BOOST_TEST(x.grant(0s).size() == 3u);
  BOOST_TEST((*x.next_after(0s) == 100ms));
  BOOST_TEST(x.grant(99ms).empty());
  BOOST_TEST((*x.next_after(99ms) <= 2ms));
  BOOST_TEST(x.grant(101ms).size() == 1u);
  BOOST_TEST(x.grant(10s).size() == 2u);
  BOOST_TEST(!x.next_after(10s));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(limits_suite, run_fixture)

BOOST_AUTO_TEST_CASE(no_more_run_at_a_time_than_have_permits) {
  run_all(naps(6, ", 'limit': 'api'"), "'limits': {'api': {'concurrency': 2}},");
  BOOST_TEST((lasted() >= 300ms && lasted() < 310ms));
  BOOST_TEST(told(event_type::limit_waiting) == 4u);
  BOOST_TEST(held_by(limits["api"]) == 0u);
}

BOOST_AUTO_TEST_CASE(steps_start_no_faster_than_the_rate) {
  run_all(naps(6, ", 'limit': 'api'", "1ms"), "'limits': {'api': {'rate': '10/s', 'burst': 2}},");
  BOOST_TEST((lasted() >= 400ms && lasted() < 410ms));
}

BOOST_AUTO_TEST_CASE(a_limit_that_nobody_uses_is_there_until_its_rate_is_forgotten) {
  run_all("{'type': 'echo', 'limit': ['api', 'few']}",
          "'limits': {'api': {'rate': '1/s', 'burst': 2}, 'few': {'concurrency': 1}},");
  auto api = limits["api"].address(), few = limits["few"].address();
  auto is_there = [](auto& x) { return caf::actor_cast<caf::actor>(x) ? true : false; };
  limits.clear();
  document.reset();
  run_under_test = nullptr;
  let_run(990ms);
  BOOST_TEST(is_there(api));
  BOOST_TEST(!is_there(few));
  let_run(20ms);
  BOOST_TEST(!is_there(api));
}

BOOST_AUTO_TEST_CASE(several_limits_are_all_kept) {
  run_all(naps(4, ", 'limit': ['b', 'a']"),
          "'limits': {'a': {'concurrency': 1}, 'b': {'concurrency': 3}},");
  BOOST_TEST((lasted() >= 400ms && lasted() < 410ms));
  BOOST_TEST(held_by(limits["a"]) + held_by(limits["b"]) == 0u);
}

BOOST_AUTO_TEST_CASE(a_time_limit_begins_when_the_permit_is_there_and_waiting_is_told) {
  run_all("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'sleep', 'params': {'for': '100ms'}, "
          "'limit': 'api', 'timeout': '150ms'}, "
          "{'id': 'b', 'type': 'sleep', 'params': {'for': '100ms'}, 'limit': 'api', 'timeout': "
          "'150ms'}]}",
          "'limits': {'api': {'concurrency': 1}},");
  BOOST_TEST(status_of(*result) == "succeeded");
  auto& waited = *node(0).children.at(1);
  BOOST_TEST(waited.metadata.at("waited_ms").json().get<double>() >= 100);
  BOOST_TEST((waited.duration >= 200ms));
}

BOOST_AUTO_TEST_CASE(a_deadline_runs_on_while_a_step_waits) {
  run_all("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'sleep', 'params': {'for': '1s'}, 'limit': "
          "'api'}, "
          "{'id': 'b', 'type': 'sleep', 'params': {'for': '1ms'}, 'limit': 'api', 'deadline': "
          "'500ms'}], 'on_error': 'continue'}",
          "'limits': {'api': {'concurrency': 1}},");
  BOOST_TEST(status_of(*result) == "degraded");
  BOOST_TEST((node(0).children.at(1)->error->code == errc::timeout));
  BOOST_TEST(held_by(limits["api"]) == 0u);
}

BOOST_AUTO_TEST_CASE(each_attempt_takes_a_permit_of_its_own_and_gives_it_back_before_the_pause) {
  auto tries = 0;
  kinds.add_inline("flaky", [&](const step_input& in) -> step_output {
    if (++tries < 3)
      throw std::runtime_error{"not yet"};
    return in.input;
  });
  run_all("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'flaky', 'limit': 'api', 'retry': "
          "{'attempts': 3, 'initial': '1s', 'jitter': 'none'}}, "
          "{'id': 'b', 'type': 'sleep', 'params': {'for': '500ms'}, 'limit': 'api'}]}",
          "'limits': {'api': {'concurrency': 1}},");
  BOOST_TEST(status_of(*result) == "succeeded");
  // b was there first; then it has the permit no more when a comes back
  BOOST_TEST((lasted() >= 3500ms && lasted() < 3600ms));
}

BOOST_AUTO_TEST_CASE(permits_come_back_from_those_that_are_cancelled_or_crash) {
  start(naps(5, ", 'limit': 'api'", "1h"), "'limits': {'api': {'concurrency': 2}},");
  let_run();
  BOOST_TEST(held_by(limits["api"]) == 2u);
  caf::anon_send(run_under_test, cancel_run{});
  finish_all();
  BOOST_TEST(held_by(limits["api"]) == 0u);
  BOOST_TEST(caf::actor_cast<limiter_actor*>(limits["api"])->state.permits->waiting() == 0u);
  start(naps(5, ", 'limit': 'api'", "1h"), "'limits': {'api': {'concurrency': 2}},");
  let_run();
  caf::anon_send_exit(caf::actor_cast<run_actor*>(run_under_test)->root, caf::exit_reason::kill);
  finish_all();
  BOOST_TEST(code_of(*result) == "crashed");
  BOOST_TEST(held_by(limits["api"]) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
