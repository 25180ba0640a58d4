// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"
#include "actors/run_services.hpp"
#include "config/plan.hpp"

#include <caf/actor.hpp>
#include <caf/local_actor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What a child is to its supervisor.
enum class place : uint8_t {
  member,   ///< a node inside of the group
  backup,   ///< stands in for the node that the supervisor wraps
  wrapped,  ///< the supervisor's own node, inside of a wrapper
  item,     ///< likewise, for one item of a batch
  round,    ///< likewise, for one iteration
  undo,     ///< takes back what a step has done
  rollback, ///< all undos of the supervisor's own node
  helper,   ///< part of the group's own working: it is billed, but neither shown nor announced
};

/// A child as its supervisor sees it.
struct child_spec {
  const plan::node* node = nullptr;
  troupe::layer layer = layer::whole;
  troupe::place place = place::member;
  std::optional<duration> limit = {}; ///< of one attempt
  undo_log undoes = {};               ///< of a rollback: all, the last one first; of an undo: one

  /// A node at a place of its own, with a name, a condition and an input.
  bool is_own_node() const {
    return place == place::member || place == place::backup || place == place::helper ||
           place == place::undo;
  }
  /// Listeners are told when it begins and ends.
  bool is_announced() const {
    return place != place::wrapped && place != place::helper && place != place::rollback;
  }
};

/// What a supervisor is to do.
struct group_spec {
  troupe::layer layer = layer::body;
  std::vector<child_spec> children;
  /// What children answer is seen by those behind them, but not outside of the group.
  bool keeps_results = false;
  bool rolls_back = false; ///< what can be undone inside is, unless the group succeeds
  std::optional<plan::budget> budget = {}; ///< of all that runs inside
  shared_services services = {};           ///< of the children; null: those of the supervisor
  /// The keys of the context that children see; nothing: all.
  std::optional<std::vector<std::string>> shares = {};
  std::unique_ptr<troupe::policy> policy;
  /// Makes a child's actor, fresh for each attempt.
  std::function<caf::actor(caf::local_actor*, const shared_services&, const child_spec&,
                           const std::string& path)>
    spawn;
};

} // namespace troupe
