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

/// A child as its supervisor sees it.
struct child_spec {
  const plan::node* node = nullptr;
  troupe::layer layer = layer::whole;
  std::optional<duration> limit = {}; ///< of one attempt
  bool is_wrapped = false; ///< the supervisor is a wrapper, and this is the node that it wraps
  bool is_hidden = false;  ///< a helper: it is billed, but neither shown nor announced
};

/// What a supervisor is to do.
struct group_spec {
  troupe::layer layer = layer::body;
  std::vector<child_spec> children;
  std::unique_ptr<troupe::policy> policy;
  /// Makes a child's actor, fresh for each attempt.
  std::function<caf::actor(caf::local_actor*, const shared_services&, const child_spec&,
                           const std::string& path)>
    spawn;
};

} // namespace troupe
