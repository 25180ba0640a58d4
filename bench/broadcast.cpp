// SPDX-License-Identifier: Apache-2.0
// What it costs to give one large value to many branches, and to hold their outputs.

#include "bench/measure.hpp"
#include "bench/raw.hpp"

int main() {
  constexpr size_t branches = 1'000;
  troupe::engine engine;
  auto flow = bench::pipeline(
    engine, R"({"type": "echo", "params": {"value": "${inputs.large}"}}, {"parallel": [)" +
              bench::repeated(R"({"type": "echo"})", branches) + R"(], "merge": "outputs"})");
  auto with = [](size_t bytes) {
    return troupe::value{nlohmann::json{{"large", std::string(bytes, 'x')}}};
  };
  auto run = [&](const troupe::value& input) {
    auto result = engine.run(flow, input);
    bench::must_succeed(result);
    if (result.output.size() != branches)
      std::exit(1);
  };
  run(with(1)); // what 1,000 branches need by themselves
  auto before = bench::peak_mb();
  auto input = with(1 << 20);
  bench::raw::system raw;
  raw.input = std::make_shared<const nlohmann::json>(std::string(1 << 20, 'x'));
  auto times = bench::in_turn(
    15, [&] { run(input); }, [&] { raw.run(bench::raw::fan_out, branches); });
  bench::tell({"1 MB to one of 1,000 branches", times.ours * 1e6 / branches, "us",
               times.twin * 1e6 / branches, bench::at_most(5)});
  // The two inputs themselves are 2 MB.
  bench::tell({"memory that 1 MB to 1,000 branches takes",
               bench::peak_mb() - before - 2,
               "MB",
               {},
               bench::at_most(5)});
  bench::tell_peak();
}
