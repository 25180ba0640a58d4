// SPDX-License-Identifier: Apache-2.0
// How much of the machine is left for the work itself: 64 steps of 20 ms of computing at once.

#include "bench/measure.hpp"

#include <atomic>
#include <ctime>
#include <thread>

namespace {

constexpr size_t steps = 64;
constexpr double work = 0.020;

/// Computes for that much time of its own thread, whatever others do meanwhile.
void compute() {
  auto now = [] {
    timespec x{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &x);
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_nsec) * 1e-9;
  };
  for (auto end = now() + work; now() < end;) {
  }
}

/// The same in threads that do nothing else.
void by_hand() {
  std::vector<std::thread> all;
  std::atomic<size_t> begun = 0;
  for (size_t i = 0; i < std::thread::hardware_concurrency(); ++i)
    all.emplace_back([&] {
      while (begun++ < steps)
        compute();
    });
  for (auto& one : all)
    one.join();
}

} // namespace

int main() {
  troupe::engine engine;
  auto step = [](const troupe::step_input& in) -> troupe::step_output {
    compute();
    return in.input;
  };
  engine.steps().add("compute", step);
  engine.steps().add_inline("compute_inline", step);
  auto all = [&](const std::string& kind) {
    return bench::pipeline(engine, R"({"parallel": [)" +
                                     bench::repeated(R"({"type": ")" + kind + "\"}", steps) + "]}");
  };
  for (auto& [what, kind] : {std::pair{"64 x 20 ms of computing, of ideal", "compute"},
                             {"likewise, as inline functions", "compute_inline"}}) {
    auto flow = all(kind);
    auto times = bench::in_turn(
      5, [&] { bench::must_succeed(engine.run(flow)); }, [] { by_hand(); });
    std::optional<bench::goal> goal; // of functions that may take their time
    if (kind == std::string{"compute"})
      goal = bench::at_least(0.97, 0.99);
    bench::tell({what, times.twin / times.ours, "x", {}, goal});
  }
  bench::tell_peak();
}
