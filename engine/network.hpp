// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/elsewhere.hpp"
#include "actors/thread_pool.hpp"
#include "cluster/members.hpp"
#include "troupe/cluster.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What ties an engine to those of other processes.
class network {
public:
  /// `problem`: why it cannot be used; what is asked of it is refused so.
  network(caf::actor_system& system, const network_options& options, caf::actor timer,
          std::optional<error> problem);
  ~network();

  expected<void> connect(const std::string& worker);
  void disconnect(const std::string& worker);
  std::vector<worker_state> workers() const { return board_->all(); }

  /// Shows an actor to the world; the port that it got.
  expected<uint16_t> publish(const caf::actor& agent, const address& where);
  void unpublish(const caf::actor& agent, uint16_t port);

  /// Where branches of runs go that are to run elsewhere.
  const std::shared_ptr<const elsewhere>& branches() const { return branches_; }
  const network_options& options() const { return options_; }

private:
  /// Why nobody may be talked to at that address; nothing: somebody may.
  std::optional<error> objection_to(const address& x) const;

  caf::actor_system& system_;
  network_options options_;
  std::optional<error> problem_;
  std::shared_ptr<member_board> board_ = std::make_shared<member_board>();
  std::shared_ptr<thread_pool> threads_;  // that try addresses: those of steps may all be held
  caf::actor connector_, pool_, members_; // null if there is a problem
  std::shared_ptr<const elsewhere> branches_;
};

/// Readies CAF's settings for that network; why it cannot be used, or nothing. Without all that TLS
/// needs, nothing is ever said in the open instead.
std::optional<error> prepare_for(caf::actor_system_config& config, const network_options& x);

/// The same for a system that is there already.
std::optional<error> check_for(const caf::actor_system& system, const network_options& x);

} // namespace troupe
