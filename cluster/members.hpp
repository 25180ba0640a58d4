// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/address.hpp"
#include "cluster/link.hpp"
#include "cluster/placement.hpp"
#include "messages/cluster_protocol.hpp"
#include "messages/timer_protocol.hpp"
#include "troupe/cluster.hpp"

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe {

/// What an engine knows of its workers, for any thread to look at.
class member_board {
public:
  void set(size_t place, worker_state x);
  void remove(size_t place);
  std::vector<worker_state> all() const;

private:
  mutable std::mutex mutex_;
  std::map<size_t, worker_state> states_; // in the order in which they were named
};

/// Knows the workers that the engine was told of: keeps connections to them, and says which branch
/// goes where. One for the whole engine.
class members_actor final : public caf::event_based_actor {
public:
  members_actor(caf::actor_config& cfg, caf::actor timer, caf::actor pool, caf::actor connector,
                std::shared_ptr<const coordinator_identity> me,
                std::shared_ptr<member_board> board);
  const char* name() const override { return "troupe.members"; }
  caf::behavior make_behavior() override;
  void on_exit() override;

  struct member {
    troupe::address where;
    worker_state state;
    caf::actor link;            // null: not connected, and not about to be
    bool is_connecting = false; // CAF is asked, or the address is being tried
  };

  caf::actor timer, pool, connector;
  std::shared_ptr<const coordinator_identity> me;
  std::shared_ptr<member_board> board;
  placement places;
  std::map<placement::worker_id, member> workers;
  std::map<caf::actor_addr, placement::ticket> tickets; // of branches that wait or run
  std::map<placement::ticket, caf::actor> branches;
  uint64_t last = 0; // of workers, tickets and alarms
};

} // namespace troupe
