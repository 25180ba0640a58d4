// SPDX-License-Identifier: Apache-2.0
// What an item of a map costs, and how much memory a long one takes.

#include "bench/measure.hpp"
#include "bench/raw.hpp"

namespace {

constexpr size_t at_once = 64;

/// Items one after another, so many at a time.
caf::behavior raw_map(caf::event_based_actor* self, uint64_t count, const caf::actor& whom) {
  auto outputs = std::make_shared<std::vector<bench::raw::shared_json>>(count);
  auto begun = std::make_shared<uint64_t>(0);
  auto left = std::make_shared<uint64_t>(count);
  auto begin = [=](const bench::raw::shared_json& input) {
    if (*begun < count)
      self->send(self->spawn<bench::raw::step, caf::lazy_init>(self),
                 bench::raw::order{(*begun)++, input});
  };
  return {[=](const bench::raw::order& x) {
            for (size_t i = 0; i < at_once; ++i)
              begin(x.input);
          },
          [=](const bench::raw::reply& x) {
            (*outputs)[x.number] = x.output;
            begin(x.output);
            if (--*left > 0)
              return;
            self->send(whom, x);
            self->quit();
          }};
}

} // namespace

int main() {
  troupe::engine engine;
  bench::raw::system raw;
  auto flow = bench::pipeline(engine,
                              R"({"type": "echo", "batch": {"items": "${inputs.items}",
                              "parallel": true, "max_concurrent": 64}})",
                              R"("inputs": {"items": {"type": "array"}}, )");
  auto run_of = [&](size_t count) {
    std::vector<int> items(count, 7);
    auto inputs = troupe::value{nlohmann::json{{"items", items}}};
    return [&, count, inputs] {
      auto result = engine.run(flow, inputs);
      bench::must_succeed(result);
      if (result.output.find("success_count")->json() != count)
        std::exit(1);
    };
  };
  constexpr size_t items = 1'000'000;
  run_of(items / 100)();
  auto before = bench::peak_mb();
  auto all = run_of(items);
  auto times = bench::in_turn(3, all, [&] { raw.run(raw_map, items); });
  auto us = 1e6 / static_cast<double>(items);
  bench::tell({"an item of 1,000,000, 64 at once", times.ours * us, "us", times.twin * us,
               bench::times_raw(2, 1)});
  bench::tell({"memory of 1,000,000 items and what they gave", bench::peak_mb() - before, "MB"});
  bench::tell_growth("an item of 1,000,000 against one of 100,000", {100'000, 300'000, items},
                     run_of, 3);
  bench::tell_peak();
}
