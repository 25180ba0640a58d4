// SPDX-License-Identifier: Apache-2.0
// How long a group of 10,000 running branches takes to end when one of them fails.

#include "bench/measure.hpp"

#include <condition_variable>
#include <mutex>

int main() {
  constexpr size_t branches = 10'000;
  troupe::engine engine;
  std::chrono::steady_clock::time_point failed_at;
  std::mutex mutex;
  std::condition_variable changed;
  auto may_fail = false;
  engine.steps().add("fail_when_told", [&](const troupe::step_input&) -> troupe::step_output {
    std::unique_lock guard{mutex};
    changed.wait(guard, [&] { return may_fail; });
    failed_at = std::chrono::steady_clock::now();
    throw troupe::step_error{troupe::errc::step_failed, "now"};
  });
  auto nap = std::string{R"({"type": "sleep", "params": {"for": "1h"}})"};
  auto flow = bench::pipeline(engine, R"({"parallel": [{"type": "fail_when_told"},)" +
                                        bench::repeated(nap, branches) + "]}");
  std::vector<double> all;
  for (auto i = 0; i < 7; ++i) {
    may_fail = false;
    auto run = engine.submit(flow);
    // Until every branch runs; a second is ample, and not part of what is measured.
    run.wait_for(std::chrono::seconds{1});
    {
      std::lock_guard guard{mutex};
      may_fail = true;
      changed.notify_all();
    }
    auto result = run.result();
    all.push_back(bench::seconds{std::chrono::steady_clock::now() - failed_at}.count());
    if (result.status != troupe::status::failed)
      return 1;
  }
  bench::tell({"10,000 running branches end when one fails",
               bench::median(all) * 1e3,
               "ms",
               {},
               bench::at_most(50, 20)});
  bench::tell_peak();
}
