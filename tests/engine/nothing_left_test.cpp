// SPDX-License-Identifier: Apache-2.0
#include "engine/implementation.hpp"
#include "tests/support/memory.hpp"
#include "tests/support/running.hpp"
#include "troupe/engine.hpp"

#include <filesystem>
#include <thread>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

auto entries(const char* folder) {
  return std::distance(std::filesystem::directory_iterator{folder}, {});
}
auto threads() { return entries("/proc/self/task"); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(nothing_left, engine_fixture)

BOOST_AUTO_TEST_CASE(runs_leave_no_actor_behind) {
  engine::implementation inside{nullptr, {}};
  auto idle = inside.system().registry().running();
  auto x = must_parse(
    "{'troupe': 1, 'pipeline': [{'id': 'g', 'parallel': [{'type': 'echo', 'set': {'k': 1}},"
    " {'type': 'fail', 'retry': {'attempts': 2, 'initial': '1ms'}, 'fallback': {'type': 'echo', "
    "'set': {'k': 2}}},"
    " {'type': 'sleep', 'params': {'for': '1ms'}}, {'type': 'jq', 'params': {'program': '1'}}]}]}",
    inside.kinds);
  for (auto i = 0; i < 20; ++i)
    BOOST_TEST(inside.submit(x, {}, {}).result().success());
  BOOST_TEST(inside.close(10s) == 0u); // every lease is back: actors, calls, jobs
  while (inside.system().registry().running() > idle)
    std::this_thread::yield(); // they have let go of all, and only have to be counted
}

BOOST_AUTO_TEST_CASE(many_runs_need_no_more_files_or_threads_than_a_few) {
  troupe::engine engine{{.blocking_threads = 1}}; // which come and go with the work
  auto x = must_parse("{'troupe': 1, 'pipeline': [{'type': 'echo'}, {'type': 'jq', 'params': "
                      "{'program': '.'}}, {'parallel': [{'type': 'echo'}, {'type': 'echo'}]}]}",
                      engine.steps());
  auto run = [&](int times) {
    for (auto i = 0; i < times; ++i)
      BOOST_REQUIRE(engine.run(x).success());
  };
  run(20);
  auto files = entries("/proc/self/fd"), busy = threads();
  run(2000);
  BOOST_TEST(entries("/proc/self/fd") == files);
  BOOST_TEST(threads() <= busy);
}

BOOST_AUTO_TEST_CASE(an_engine_made_and_gone_many_times_leaves_no_thread) {
  auto before = threads();
  for (auto i = 0; i < 20; ++i) {
    engine_fixture one;
    BOOST_TEST(one.run("{'type': 'shell', 'params': {'argv': ['true']}}").success());
  }
  while (threads() > before)
    std::this_thread::yield(); // joined, and only still listed
}

BOOST_AUTO_TEST_CASE(a_thousand_engines_leave_no_memory) {
  auto make = [](int times) {
    for (auto i = 0; i < times; ++i) {
      troupe::engine one{{.blocking_threads = 1, .threads = 1}};
      auto x = must_parse("{'troupe': 1, 'pipeline': [{'type': 'echo'}]}", one.steps());
      BOOST_REQUIRE(one.run(x).success());
    }
  };
  make(200);
  auto before = resident_mb();
  make(1000);
  auto grown = resident_mb() - before;
  BOOST_TEST((grown < 4 || !memory_is_its_own), grown << " MB");
  BOOST_TEST_MESSAGE("1,000 engines: " << grown << " MB");
}

BOOST_AUTO_TEST_SUITE_END()
