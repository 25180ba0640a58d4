// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/open_calls.hpp"
#include "actors/run_services.hpp"
#include "cluster/worker_counts.hpp"
#include "messages/cluster_protocol.hpp"
#include "troupe/registry.hpp"

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace troupe {

/// What a worker's branches share with whatever else its engine runs.
struct worker_services {
  std::string name; ///< the worker's
  caf::actor timer, pool;
  std::shared_ptr<result_cache> cache;
  const registry* kinds = nullptr;
  bool fuses = true;
  std::function<std::shared_ptr<const config::redactor>(const plan::flow&, const value& secrets)>
    redactor_for;
  std::function<std::shared_ptr<void>()> lease; ///< held until nothing of a branch is left
};

/// Runs a branch on a worker: the parent of its root, and the run for all inside of it. What they
/// have to say goes to the session, and from there to where the run is.
class branch_actor final : public caf::event_based_actor {
public:
  branch_actor(caf::actor_config& cfg, std::shared_ptr<const branch_order> order,
               std::shared_ptr<const worker_services> services,
               std::shared_ptr<worker_counts> counts, caf::actor session,
               std::shared_ptr<const troupe::tenure> tenure);
  const char* name() const override { return "troupe.branch"; }
  caf::behavior make_behavior() override;
  void on_exit() override;

  struct waiting_node {
    caf::actor node;
    attempt_id attempt;
    std::string path;
  };

  std::shared_ptr<const branch_order> order;
  std::shared_ptr<const worker_services> around;
  std::shared_ptr<worker_counts> counts;
  caf::actor session;
  std::shared_ptr<const troupe::tenure> tenure; // the session's
  caf::actor root;                              // null until it begins, and when it has ended
  std::map<std::string, caf::actor, std::less<>> gates; // where the run is, by name
  std::map<uint64_t, waiting_node> waiting;             // for signals
  uint64_t last_waiting = 0;
  open_calls abandoned;
  std::optional<stop_reason> told; // to stop
  std::optional<finished> ended;   // how, while the gates are closing
  bool has_alarm = false;
  bool is_counted = false; // among those that run
};

} // namespace troupe
