// SPDX-License-Identifier: Apache-2.0
// What it costs to give one large value to many branches, and to hold their outputs.

#include "bench/measure.hpp"

int main() {
  constexpr size_t branches = 1'000;
  troupe::engine engine;
  auto text = [](const std::string& merge) {
    return R"({"troupe": 1, "pipeline": [{"type": "echo", "params": {"value": "${inputs.large}"}},)"
           R"({"parallel": [)" +
           bench::repeated(R"({"type": "echo"})", branches) + R"(], "merge": ")" + merge + "\"}]}";
  };
  auto small = bench::must_parse(engine, text("collect_all"));
  auto large = bench::must_parse(engine, text("outputs"));
  troupe::value input{nlohmann::json{{"large", std::string(1 << 20, 'x')}}};
  troupe::value little{nlohmann::json{{"large", "x"}}};
  bench::must_succeed(engine.run(small, little)); // what 1,000 branches need by themselves
  auto before = bench::peak_mb();
  auto time = bench::time_of([&] {
    auto result = engine.run(large, input);
    bench::must_succeed(result);
    if (result.output.size() != branches)
      std::exit(1);
  });
  std::printf("| broadcast | per branch | peak memory |\n|---|---|---|\n"
              "| 1 MB to 1,000 branches, `outputs` | %.2f us | +%.1f MB |\n",
              time * 1e6 / branches, bench::peak_mb() - before);
}
