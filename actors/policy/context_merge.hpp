// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "troupe/context.hpp"
#include "troupe/expected.hpp"

#include <map>
#include <string>
#include <vector>

namespace troupe {

/// The rule for a key: the group's own for the key, the flow's for it, the group's for `*`, last
/// write wins.
const plan::context_rule& rule_for(const std::string& key, const plan::context_rules& of_group,
                                   const plan::context_rules& of_flow);

/// Values that several branches want for one key, in order of definition; nothing: erase it.
struct contested_key {
  std::optional<value> base;
  std::vector<std::optional<value>> wanted;
};

/// By key, all that the branches changed.
std::map<std::string, contested_key> collect_changes(const context& base,
                                                     const std::vector<changes>& branches);

/// Whether the branches want different things.
bool is_contested(const contested_key& x);

/// What becomes of the key under a policy: a value, nothing (erased), or
/// merge_conflict.
expected<std::optional<value>> merged(const std::string& key, const contested_key& x,
                                      plan::context_policy policy);

} // namespace troupe
