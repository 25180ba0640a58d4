// SPDX-License-Identifier: Apache-2.0
// What an item of a map costs, and how much memory a long one takes.

#include "bench/measure.hpp"

int main() {
  constexpr size_t items = 1'000'000;
  troupe::engine engine;
  auto flow = bench::must_parse(engine, R"({"troupe": 1, "inputs": {"items": {"type": "array"}},
    "pipeline": [{"type": "echo", "batch": {"items": "${inputs.items}", "parallel": true,
                                            "max_concurrent": 64}}]})");
  auto run = [&](size_t count) {
    auto list = nlohmann::json::array();
    for (size_t i = 0; i < count; ++i)
      list.push_back(i);
    auto inputs = nlohmann::json{{"items", std::move(list)}};
    auto result = engine.run(flow, troupe::value{std::move(inputs)});
    bench::must_succeed(result);
    if (result.output.find("success_count")->json() != count)
      std::exit(1);
  };
  run(items / 100);
  auto before = bench::peak_mb();
  auto time = bench::time_of([&] { run(items); });
  std::printf("| map | per item | in all | peak memory |\n|---|---|---|---|\n"
              "| 1,000,000 `echo` items, 64 at once | %.2f us | %.1f s | +%.0f MB |\n",
              time * 1e6 / items, time, bench::peak_mb() - before);
}
