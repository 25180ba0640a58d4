// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"

#include <set>
#include <string>

namespace troupe::plan {

/// What a node, and all inside of it, reads from outside, besides its input.
struct needs {
  /// Keys of an object; or all of them.
  struct members {
    std::set<std::string> names = {};
    bool all = false;
    friend bool operator==(const members&, const members&) = default;
  };
  members inputs, context;
  std::set<std::string> environment, secrets;
  std::set<name_slot> names;
  std::set<result_slot> outputs;   ///< of nodes: what they gave
  std::set<result_slot> results;   ///< of nodes: all of their results
  std::set<std::string> kinds;     ///< of steps
  std::set<std::string> functions; ///< of the host, that join or split
  std::set<std::string> limits;
  bool may_repeat = true; ///< nothing inside must not run twice
};

/// From its body inwards.
needs needs_of_body(const node& x);
/// With all of its wrappers.
needs needs_of_whole(const node& x);

} // namespace troupe::plan
