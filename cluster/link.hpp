// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/line.hpp"
#include "cluster/shared_values.hpp"
#include "messages/cluster_protocol.hpp"

#include <caf/behavior.hpp>

#include <map>
#include <memory>
#include <string>

namespace troupe {

/// What a coordinator is to its workers.
struct coordinator_identity {
  std::string id; ///< of the engine, in the whole world
  line::heartbeat times;
  size_t largest_message = 0;
  bool is_private = false; ///< nobody else can read what is said: secrets may travel
};

/// The connection of this engine to one worker. Alive as long as the worker is.
class link_actor final : public caf::event_based_actor {
public:
  link_actor(caf::actor_config& cfg, caf::actor agent, caf::actor members, caf::actor timer,
             std::shared_ptr<const coordinator_identity> me);
  const char* name() const override { return "troupe.link"; }
  caf::behavior make_behavior() override;
  void on_exit() override;

  /// A branch that the worker has, or is about to get.
  struct remote_branch {
    caf::actor placed; // null when it has ended, and only late bills are to come
    ship order;
    int open_calls = 0; // see `open_calls`
  };
  struct known_plan {
    uint64_t number;
    std::shared_ptr<const std::string> kept; // so that its address stays what it is
  };

  caf::actor agent, members;
  std::shared_ptr<const coordinator_identity> me;
  line to;
  bool is_let_in = false;
  std::map<uint64_t, remote_branch> branches;
  std::map<caf::actor_addr, uint64_t> by_placed;
  uint64_t last_branch = 0;
  std::map<const std::string*, known_plan> plans; // that the worker has
  uint64_t last_plan = 0;
  shared_values values; // likewise
};

} // namespace troupe
