// SPDX-License-Identifier: Apache-2.0
// What the engine adds to a step of a sequence.

#include "bench/measure.hpp"
#include "bench/raw.hpp"

namespace {

troupe::flow chain(const troupe::engine& engine, size_t count) {
  return bench::pipeline(engine, bench::repeated(R"({"type": "echo"})", count));
}

void tell(troupe::engine& engine, const std::string& what, size_t count, bench::goal goal) {
  bench::raw::system raw;
  auto flow = chain(engine, count);
  auto times = bench::in_turn(
    count > 1000 ? 15 : 41, [&] { bench::must_succeed(engine.run(flow)); },
    [&] { raw.run(bench::raw::chain, count); });
  auto us = 1e6 / static_cast<double>(count);
  bench::tell({what, times.ours * us, "us", times.twin * us, goal});
}

} // namespace

int main() {
  troupe::engine fused, apart{{.fusion = false}};
  tell(fused, "a step of 1,000 in a row", 1000, bench::times_raw(2, 1));
  tell(fused, "a step of 10,000 in a row", 10'000, bench::times_raw(2, 1));
  tell(apart, "a step of 10,000 in a row, an actor each", 10'000, bench::times_raw(2, 1));
  auto make = [&](size_t count) {
    return [&fused, flow = chain(fused, count)] { bench::must_succeed(fused.run(flow)); };
  };
  bench::tell_growth("a step of 10,000 against one of 1,000", {1000, 3000, 10'000}, make, 15);
  auto us = [&](size_t count) {
    auto flow = chain(fused, count);
    std::vector<double> all;
    for (auto i = 0; i < 15; ++i)
      all.push_back(bench::time_of([&] { bench::must_succeed(fused.run(flow)); }));
    return bench::median(std::move(all)) * 1e6 / static_cast<double>(count);
  };
  bench::tell({"a fused step", us(1000), "us", {}, bench::at_most(2, 0.5)});
  bench::tell_peak();
}
