// SPDX-License-Identifier: Apache-2.0
// How close many waits come to the longest one, and how many threads they hold.

#include "bench/measure.hpp"

#include <filesystem>

namespace {

auto thread_count() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/task"}, {});
}

void report(troupe::engine& engine, const char* what, const std::string& nodes) {
  auto flow = bench::must_parse(engine, R"({"troupe": 1, "pipeline": [)" + nodes + "]}");
  std::vector<double> all;
  std::ptrdiff_t threads = 0;
  for (auto i = 0; i < 5; ++i)
    all.push_back(bench::time_of([&] {
      auto run = engine.submit(flow);
      threads = thread_count();
      bench::must_succeed(run.result());
    }));
  std::printf("| %-40s | %8.1f ms | %3td |\n", what, bench::median(all) * 1e3, threads);
}

} // namespace

int main() {
  troupe::engine engine;
  std::puts("| waits                                    | median      | threads |\n|---|---|---|");
  auto nap = [](const char* time) {
    return std::string{R"({"type": "sleep", "params": {"for": ")"} + time + "\"}}";
  };
  auto group = [](const std::string& branches, const char* more) {
    return R"({"parallel": [)" + branches + "]" + more + "}";
  };
  report(engine, "1,000 branches of 100 ms", group(bench::repeated(nap("100ms"), 1000), ""));
  report(engine, "10,000 branches of 100 ms", group(bench::repeated(nap("100ms"), 10'000), ""));
  report(engine, "3 branches of 1 s", group(bench::repeated(nap("1s"), 3), ""));
  report(engine, "3 branches of 1 s, max_workers 1",
         group(bench::repeated(nap("1s"), 3), R"(, "max_workers": 1)"));
}
