// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/child_actor.hpp"
#include "actors/group_spec.hpp"
#include "messages/cluster_protocol.hpp"
#include "messages/gate_protocol.hpp"

#include <caf/behavior.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// How branches are placed that do not say it themselves.
struct placing_rules {
  duration queue{0};
  size_t max_moves = 0;
};

/// Stands for a branch where its run is: finds it a worker, passes on what the two sides have to
/// say to each other, and finds it another worker when that one is lost. To its parent it is a
/// child like any other, to gates a supervisor.
class placed_actor final : public child_actor {
public:
  placed_actor(caf::actor_config& cfg, shared_services services, child_spec child, std::string path,
               caf::actor members, placing_rules rules);
  const char* name() const override { return "troupe.placed"; }
  caf::behavior make_behavior() override;
  void on_exit() override;

  /// What the branch has asked of a gate here, under an attempt id of this actor's own.
  struct errand {
    std::string gate;    // that it waits at, or has passed
    uint64_t ticket;     // the branch's
    spending spent = {}; // as far as is known
  };

  /// A step inside that waits for a signal; known until it is told that the step has ended, so that
  /// a signal that was taken is there for the next worker too.
  struct waiting_step {
    attempt_id attempt; // under which the run knows it
    std::string signal;
    uint64_t number = 0; // the branch's; 0: no worker has asked for it yet
    std::optional<value> payload = {};
  };

  child_spec child;
  caf::actor members;
  placing_rules rules;
  caf::actor link;                      // to the worker that has the branch; null: none has
  caf::actor inner;                     // runs it in this process; null: it does not
  std::string worker;                   // that has it
  std::set<std::string> lost;           // workers that had it
  uint64_t generation = 0;              // how often it was placed
  bool is_asking = false;               // for a place
  bool is_paused = false;               // as its parent knows
  std::optional<stop_reason> told;      // to stop
  std::vector<recorded> before;         // steps inside that have ended
  std::map<uint64_t, uint64_t> orders;  // of those that can be undone: the worker's, ours
  std::map<attempt_id, errand> errands; // that are open
  std::map<std::pair<std::string, uint64_t>, attempt_id> by_ticket; // of gates
  std::map<std::string, waiting_step> waits;                        // by path
  attempt_id last_errand = 0;
};

} // namespace troupe
