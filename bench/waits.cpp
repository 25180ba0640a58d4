// SPDX-License-Identifier: Apache-2.0
// How close many waits come to the longest one.

#include "bench/measure.hpp"
#include "bench/raw.hpp"

namespace {

constexpr double wait_ms = 100;

class raw_wait : public caf::event_based_actor {
public:
  raw_wait(caf::actor_config& cfg, caf::actor parent)
    : event_based_actor{cfg}, parent_{std::move(parent)} {}
  caf::behavior make_behavior() override {
    return {[this](const bench::raw::order& x) {
              input_ = x;
              delayed_send(this, std::chrono::milliseconds{100}, bench::raw::stop{});
            },
            [this](const bench::raw::stop&) {
              send(parent_, bench::raw::reply{input_.number, input_.input});
              quit();
            }};
  }

private:
  caf::actor parent_;
  bench::raw::order input_;
};

caf::behavior raw_waits(caf::event_based_actor* self, uint64_t count, const caf::actor& whom) {
  auto left = std::make_shared<uint64_t>(count);
  return {
    [=](const bench::raw::order& x) {
      for (uint64_t i = 0; i < count; ++i)
        self->send(self->spawn<raw_wait, caf::lazy_init>(self), bench::raw::order{i, x.input});
    },
    [=](const bench::raw::reply& x) {
      if (--*left > 0)
        return;
      self->send(whom, x);
      self->quit();
    }};
}

std::string waits(size_t count) {
  return R"({"parallel": [)" +
         bench::repeated(R"({"type": "sleep", "params": {"for": "100ms"}})", count) + "]}";
}

} // namespace

int main() {
  troupe::engine engine;
  bench::raw::system raw;
  auto late = [](double seconds) { return seconds * 1e3 - wait_ms; };
  auto flow = bench::pipeline(engine, waits(1000));
  auto times = bench::in_turn(
    9, [&] { bench::must_succeed(engine.run(flow)); }, [&] { raw.run(raw_waits, 1000); });
  bench::tell({"1,000 waits of 100 ms: behind the longest", late(times.ours), "ms",
               late(times.twin), bench::at_most(5, 3)});
  constexpr size_t many = 100'000;
  auto long_wait = std::string{R"({"type": "sleep", "params": {"for": "10s"}})"};
  auto wide =
    bench::pipeline(engine, R"({"parallel": [)" + bench::repeated(long_wait, many) + "]}");
  auto before = bench::resident_mb(), during = before;
  auto time = bench::time_of([&] {
    auto run = engine.submit(wide);
    run.wait_for(std::chrono::seconds{5}); // all wait by then
    during = bench::resident_mb();
    bench::must_succeed(run.result());
  });
  bench::tell(
    {"100,000 waits of 10 s: behind the longest", time * 10 - 100, "%", {}, bench::at_most(10)});
  bench::tell({"memory of a live step: a branch that waits",
               (during - before) * 1024 / many,
               "kB",
               {},
               bench::at_most(4, 2)});
  bench::tell_peak();
}
