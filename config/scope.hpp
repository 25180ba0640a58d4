// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/context.hpp"
#include "troupe/detail/persistent_map.hpp"
#include "troupe/step_result.hpp"
#include "troupe/value.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// The number of a node whose result something later reads.
using result_slot = size_t;

/// The number of a name that a group binds for what runs inside of it: the item of a batch, the
/// inputs of a called flow.
using name_slot = size_t;

using bound_names = std::vector<std::pair<name_slot, value>>;

/// What stays the same all through a run.
struct run_values {
  value inputs;
  value environment;  ///< an object of the names that the flow lists under `env`
  value secrets = {}; ///< likewise, under `secrets`
};

/// What templates and expressions may read at one place of a run, apart from the input of the node.
/// Immutable once a `start` carries it; all who got it share it.
struct scope {
  std::shared_ptr<const run_values> run;
  troupe::context context;
  detail::persistent_map<result_slot, std::shared_ptr<const step_result>> results = {};
  detail::persistent_map<name_slot, value> names = {};
  int call_depth = 0; ///< how many calls of flows are around
};

/// A scope as one node sees it.
struct view {
  const troupe::scope& scope;
  const value& previous;                        ///< the node's input
  const value* result = nullptr;                ///< the node's output, once it has one
  std::vector<std::string>* unfilled = nullptr; ///< gets what stays a template; may be null
};

} // namespace troupe
