// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/branch.hpp"
#include "cluster/line.hpp"
#include "messages/cluster_protocol.hpp"

#include <caf/behavior.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>

namespace troupe {

/// What a worker is to its coordinators.
struct worker_identity {
  worker_offer offer;
  std::shared_ptr<const worker_services> services;
  std::shared_ptr<worker_counts> counts;
  duration lease{0}; ///< of coordinators that would like a longer one
};

/// Agent to session: say again what this worker is busy with.
struct tell_news {};

/// Agent to session: the branches here are to move.
struct send_away {};

/// A worker's connection to one coordinator: begins branches, and carries what they have to say.
/// Alive as long as the coordinator is heard of; then all that runs for it is cancelled.
class session_actor final : public caf::event_based_actor {
public:
  session_actor(caf::actor_config& cfg, caf::actor coordinator, line::heartbeat times,
                size_t largest_message, std::shared_ptr<const worker_identity> me);
  const char* name() const override { return "troupe.session"; }
  caf::behavior make_behavior() override;
  void on_exit() override;

  struct running_branch {
    uint64_t id;
    bool has_ended = false;
    std::shared_ptr<void> owed = {}; // its answer, until it is said
    int open_calls = 0;              // see `open_calls`
  };

  line to;
  size_t largest_message;
  std::shared_ptr<const worker_identity> me;
  using read_plan = expected<std::shared_ptr<const plan::flow>, std::string>;
  std::map<uint64_t, read_plan> plans; // or why they cannot be read here
  std::map<uint64_t, value> values;
  std::map<uint64_t, caf::actor> branches; // that run
  std::map<caf::actor_addr, running_branch> by_actor;
  size_t dropped_notes = 0; // since the last one that was said
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::tell_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::send_away)
