// SPDX-License-Identifier: Apache-2.0
// What a branch of a parallel group costs, from its start to its place in the merged output.

#include "bench/measure.hpp"
#include "bench/raw.hpp"

namespace {

troupe::flow fan_out(const troupe::engine& engine, size_t count) {
  return bench::pipeline(engine, R"({"parallel": [)" +
                                   bench::repeated(R"({"type": "echo"})", count) + "]}");
}

void tell(troupe::engine& engine, const std::string& what, size_t count) {
  bench::raw::system raw;
  auto flow = fan_out(engine, count);
  auto times = bench::in_turn(
    count > 1000 ? 15 : 41, [&] { bench::must_succeed(engine.run(flow)); },
    [&] { raw.run(bench::raw::fan_out, count); });
  auto us = 1e6 / static_cast<double>(count);
  bench::tell({what, times.ours * us, "us", times.twin * us, bench::times_raw(2, 1)});
}

} // namespace

int main() {
  troupe::engine fused, apart{{.fusion = false}};
  tell(fused, "one of 1,000 branches", 1000);
  tell(fused, "one of 10,000 branches", 10'000);
  tell(apart, "one of 10,000 branches, an actor each", 10'000);
  auto growth_of = [](troupe::engine& engine) {
    return [&engine](size_t count) {
      return [&engine, flow = fan_out(engine, count)] { bench::must_succeed(engine.run(flow)); };
    };
  };
  bench::tell_growth("a branch of 10,000 against one of 1,000", {1000, 3000, 10'000},
                     growth_of(fused), 15);
  bench::tell_growth("likewise, an actor each", {1000, 3000, 10'000}, growth_of(apart), 15);
  bench::tell_peak();
}
