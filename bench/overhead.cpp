// SPDX-License-Identifier: Apache-2.0
// What the engine adds to a step and to a branch: a chain and a fan-out of inline steps, against
// the same shape written by hand in CAF: a coordinator that spawns each step and gets its answer by
// message.

#include "bench/measure.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <memory>
#include <thread>

namespace {

struct order {
  uint64_t number = 0;
  std::shared_ptr<const nlohmann::json> input;
};
struct reply {
  uint64_t number = 0;
  std::shared_ptr<const nlohmann::json> output;
};

} // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(reply)

namespace {

class raw_step : public caf::event_based_actor {
public:
  raw_step(caf::actor_config& cfg, caf::actor parent)
    : event_based_actor{cfg}, parent_{std::move(parent)} {}
  caf::behavior make_behavior() override {
    return {[this](const order& x) {
      send(parent_, reply{x.number, x.input});
      quit();
    }};
  }

private:
  caf::actor parent_;
};

caf::behavior raw_chain(caf::event_based_actor* self, uint64_t count, caf::actor whom) {
  auto next = [=](uint64_t number, const std::shared_ptr<const nlohmann::json>& input) {
    self->send(self->spawn<raw_step, caf::lazy_init>(self), order{number, input});
  };
  return {[=](const order& x) { next(1, x.input); },
          [=](const reply& x) {
            if (x.number < count)
              return next(x.number + 1, x.output);
            self->send(whom, x);
            self->quit();
          }};
}

caf::behavior raw_fan_out(caf::event_based_actor* self, uint64_t count, caf::actor whom) {
  auto outputs = std::make_shared<std::vector<std::shared_ptr<const nlohmann::json>>>(count);
  auto left = std::make_shared<uint64_t>(count);
  return {[=](const order& x) {
            for (uint64_t i = 0; i < count; ++i)
              self->send(self->spawn<raw_step, caf::lazy_init>(self), order{i, x.input});
          },
          [=](const reply& x) {
            (*outputs)[x.number] = x.output;
            if (--*left > 0)
              return;
            self->send(whom, x);
            self->quit();
          }};
}

struct raw_system {
  caf::actor_system_config cfg;
  caf::actor_system sys{configured(cfg)};
  std::shared_ptr<const nlohmann::json> input = std::make_shared<const nlohmann::json>(1);

  static caf::actor_system_config& configured(caf::actor_system_config& x) {
    x.set("scheduler.policy", caf::atom("sharing")); // as the engine does
    x.set("scheduler.max-threads", std::max<size_t>(2, std::thread::hardware_concurrency()));
    return x;
  }
  template <class Function>
  void run(Function coordinator, uint64_t count) {
    caf::scoped_actor self{sys};
    auto whom = caf::actor_cast<caf::actor>(self.ptr());
    self->send(self->spawn(coordinator, count, whom), order{0, input});
    self->receive([](const reply&) {});
  }
};

void report(const char* what, size_t count, bench::pair_of_medians x) {
  auto us = 1e6 / static_cast<double>(count);
  std::printf("| %-26s | %7.2f us | %7.2f us | %5.2f |\n", what, x.ours * us, x.twin * us,
              x.ours / x.twin);
}

} // namespace

int main() {
  troupe::engine engine;
  raw_system raw;
  auto step = std::string{R"({"type": "echo"})"};
  std::puts("| per step or branch          | troupe     | raw CAF    | ratio |\n|---|---|---|---|");
  for (size_t count : {1'000u, 10'000u}) {
    auto chain = bench::must_parse(engine, R"({"troupe": 1, "pipeline": [)" +
                                             bench::repeated(step, count) + "]}");
    report(count == 1000 ? "chain of 1,000" : "chain of 10,000", count,
           bench::in_turn(
             count == 1000 ? 41 : 11, [&] { bench::must_succeed(engine.run(chain, {})); },
             [&] { raw.run(raw_chain, count); }));
  }
  for (size_t count : {1'000u, 10'000u}) {
    auto wide = bench::must_parse(engine, R"({"troupe": 1, "pipeline": [{"parallel": [)" +
                                            bench::repeated(step, count) + "]}]}");
    report(count == 1000 ? "fan-out of 1,000" : "fan-out of 10,000", count,
           bench::in_turn(
             count == 1000 ? 41 : 11, [&] { bench::must_succeed(engine.run(wide, {})); },
             [&] { raw.run(raw_fan_out, count); }));
  }
}
