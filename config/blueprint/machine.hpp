// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/blueprint/expression.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::config::blueprint {

/// The states of a machine.
struct state_names {
  std::map<std::string, std::string> ids = {}; ///< by name; `end` for one that has no steps
  std::set<std::string> ends = {};             ///< names

  std::vector<std::string> all() const {
    std::vector<std::string> names;
    for (auto& [name, id] : ids)
      names.push_back(name);
    return names;
  }
};

struct transition {
  std::string from, to; ///< names; `*` is every state
  bool on_failure = false;
  std::optional<jq_text> when = {};
};

} // namespace troupe::config::blueprint
