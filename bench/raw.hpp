// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <memory>
#include <thread>

// The same work by hand in CAF, under the scheduler settings of the engine: a coordinator that
// spawns each step and gets its answer by message. No results, templates or events.
namespace bench::raw {

using shared_json = std::shared_ptr<const nlohmann::json>;

struct order {
  uint64_t number = 0;
  shared_json input = {};
};
struct reply {
  uint64_t number = 0;
  shared_json output = {};
};
struct stop {};

} // namespace bench::raw

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bench::raw::order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bench::raw::reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bench::raw::stop)

namespace bench::raw {

/// Answers with what it was given, and leaves.
class step : public caf::event_based_actor {
public:
  step(caf::actor_config& cfg, caf::actor parent)
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

inline caf::behavior chain(caf::event_based_actor* self, uint64_t count, const caf::actor& whom) {
  auto next = [=](uint64_t number, const shared_json& input) {
    self->send(self->spawn<step, caf::lazy_init>(self), order{number, input});
  };
  return {[=](const order& x) { next(1, x.input); },
          [=](const reply& x) {
            if (x.number < count)
              return next(x.number + 1, x.output);
            self->send(whom, x);
            self->quit();
          }};
}

inline caf::behavior fan_out(caf::event_based_actor* self, uint64_t count, const caf::actor& whom) {
  auto outputs = std::make_shared<std::vector<shared_json>>(count);
  auto left = std::make_shared<uint64_t>(count);
  return {[=](const order& x) {
            for (uint64_t i = 0; i < count; ++i)
              self->send(self->spawn<step, caf::lazy_init>(self), order{i, x.input});
          },
          [=](const reply& x) {
            (*outputs)[x.number] = x.output;
            if (--*left > 0)
              return;
            self->send(whom, x);
            self->quit();
          }};
}

class system {
public:
  /// Waits for the coordinator's one answer.
  template <class Coordinator, class... Arguments>
  void run(Coordinator coordinator, Arguments... arguments) {
    caf::scoped_actor self{system_};
    auto whom = caf::actor_cast<caf::actor>(self.ptr());
    self->send(self->spawn(coordinator, arguments..., whom), order{0, input});
    self->receive([](const reply&) {});
  }
  caf::actor_system& caf() { return system_; }

  shared_json input = std::make_shared<const nlohmann::json>(1);

private:
  static caf::actor_system_config& configured(caf::actor_system_config& x) {
    x.set("scheduler.policy", caf::atom("sharing")); // as the engine does
    x.set("scheduler.max-threads", std::max<size_t>(2, std::thread::hardware_concurrency()));
    x.set("logger.console-verbosity", caf::atom("quiet"));
    return x;
  }

  caf::actor_system_config config_;
  caf::actor_system system_{configured(config_)};
};

} // namespace bench::raw
