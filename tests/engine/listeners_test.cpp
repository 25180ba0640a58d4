// SPDX-License-Identifier: Apache-2.0
#include "tests/support/running.hpp"
#include "troupe/engine.hpp"

#include <future>
#include <mutex>
#include <thread>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(listeners, engine_fixture)

BOOST_AUTO_TEST_CASE(a_listener_hears_everything_in_order_and_the_end_last) {
  std::vector<event> heard;
  std::promise<void> done;
  auto listener = [&](const event& x) {
    heard.push_back(x);
    if (x.type == event_type::run_finished)
      done.set_value();
  };
  engine.run(nodes("{'id': 'g', 'parallel': [{'type': 'echo'}, {'type': 'echo'}]}"), {},
             {.on_event = listener});
  done.get_future().wait();
  BOOST_TEST(heard.size() == 8u);
  for (size_t i = 0; i < heard.size(); ++i)
    BOOST_TEST(heard[i].number == i + 1);
  BOOST_TEST((heard.back().type == event_type::run_finished));
}

BOOST_AUTO_TEST_CASE(a_slow_listener_loses_only_streams_and_is_told_how_many) {
  constexpr auto pieces = 30'000;
  engine.steps().add("talker", [](const step_input& in) -> step_output {
    for (auto i = 0; i < pieces; ++i)
      in.stream("x");
    return {};
  });
  std::promise<void> go, done;
  auto may_go = go.get_future().share();
  auto streamed = 0, dropped = 0;
  uint64_t last = 0;
  auto listener = [&](const event& x) {
    may_go.wait();
    BOOST_TEST(x.number == ++last);
    streamed += x.type == event_type::step_output;
    dropped += x.type == event_type::events_dropped ? x.data["count"].get<int>() : 0;
    if (x.type == event_type::run_finished)
      done.set_value();
  };
  auto result = engine.run(nodes("{'type': 'talker'}"), {}, {.on_event = listener});
  BOOST_TEST(result.success()); // the run did not wait for it
  go.set_value();
  done.get_future().wait();
  BOOST_TEST(streamed + dropped == pieces);
  BOOST_TEST(dropped > 0);
}

BOOST_AUTO_TEST_CASE(a_listener_that_throws_harms_nobody) {
  auto listener = [](const event&) { throw std::runtime_error{"no"}; };
  BOOST_TEST(engine.run(nodes("{'type': 'echo'}"), {}, {.on_event = listener}).success());
}

BOOST_AUTO_TEST_CASE(a_listener_of_the_engine_hears_every_run_and_knows_which) {
  std::mutex mutex;
  std::map<std::string, std::vector<uint64_t>> heard; // numbers of events, by run
  std::promise<void> done;
  size_t ended = 0;
  engine_fixture other{{.on_event = [&](const std::string& run_id, const event& x) {
    std::lock_guard guard{mutex};
    heard[run_id].push_back(x.number);
    if (x.type == event_type::run_finished && ++ended == 2)
      done.set_value();
  }}};
  size_t own = 0;
  other.engine.run(other.nodes("{'type': 'echo'}"), {}, {.run_id = "first"});
  other.engine.run(other.nodes("{'type': 'echo'}"), {},
                   {.run_id = "second", .on_event = [&](const event&) {
                      ++own; // told first
                      throw std::runtime_error{"no"};
                    }});
  done.get_future().wait();
  BOOST_TEST(own == 4u);
  BOOST_TEST((heard["first"] == std::vector<uint64_t>{1, 2, 3, 4}));
  BOOST_TEST((heard["second"] == std::vector<uint64_t>{1, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(close_waits_until_listeners_have_been_told_of_everything) {
  std::promise<void> go;
  auto may_go = go.get_future().share();
  std::atomic<size_t> told = 0;
  auto listener = [&, may_go](const event& x) {
    may_go.wait();
    told = x.type == event_type::run_finished ? x.number : 0;
  };
  engine.run(nodes("{'type': 'echo'}"), {}, {.on_event = listener});
  BOOST_TEST(engine.close(20ms) == 1u);
  BOOST_TEST(told == 0u);
  go.set_value();
  BOOST_TEST(engine.close(10s) == 0u);
  BOOST_TEST(told == 4u);
}

BOOST_AUTO_TEST_SUITE_END()
