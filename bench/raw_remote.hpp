// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>

#include <cstdlib>
#include <string>

// Texts to an actor in another process and back, over CAF's network layer.
namespace bench::raw {

class networked_system {
public:
  caf::actor_system& caf() { return system_; }

private:
  static caf::actor_system_config& configured(caf::actor_system_config& x) {
    x.load<caf::io::middleman>();
    x.set("scheduler.policy", caf::atom("sharing"));
    x.set("logger.console-verbosity", caf::atom("quiet"));
    return x;
  }

  caf::actor_system_config config_;
  caf::actor_system system_{configured(config_)};
};

inline caf::behavior echo(caf::event_based_actor*, int /*CAF wants an argument*/) {
  return {[](const std::string& x) { return x; }};
}

/// Serves until the process ends; the port.
inline uint16_t serve_echo() {
  static networked_system serving;
  auto& system = serving.caf();
  auto port = system.middleman().publish(system.spawn(echo, 0), 0, "127.0.0.1");
  return port ? *port : 0;
}

class far_echo {
public:
  explicit far_echo(uint16_t port) {
    auto found = system_.caf().middleman().remote_actor("127.0.0.1", port);
    if (!found)
      std::abort();
    far_ = *found;
  }
  void in_turn(size_t count) {
    caf::scoped_actor self{system_.caf()};
    for (size_t i = 0; i < count; ++i)
      self->send(far_, text_), await(self);
  }
  void at_once(size_t count) {
    caf::scoped_actor self{system_.caf()};
    for (size_t i = 0; i < count; ++i)
      self->send(far_, text_);
    for (size_t i = 0; i < count; ++i)
      await(self);
  }

private:
  static void await(caf::scoped_actor& self) {
    self->receive([](const std::string&) {});
  }

  networked_system system_;
  caf::actor far_;
  std::string text_ = std::string(100, 'x');
};

} // namespace bench::raw
