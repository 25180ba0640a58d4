// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

/// Context keys that a node sets; nothing: it erases the key.
using delta = std::map<std::string, std::optional<nlohmann::json>>;

nlohmann::json with(nlohmann::json context, const delta& changes);

/// The changes of branches, in order of definition, merged by SEMANTICS 5; nothing: they conflict.
/// `policy_of` says the policy of a key.
template <class PolicyOf>
std::optional<delta> joined(const nlohmann::json& base, const std::vector<delta>& branches,
                            PolicyOf policy_of);

/// What one key becomes when several branches have set it differently.
struct joined_key {
  bool conflicts = false;
  std::optional<nlohmann::json> result = {};
};
joined_key join_key(const std::string& policy, const std::optional<nlohmann::json>& base,
                    const std::vector<std::optional<nlohmann::json>>& wanted);

/// What `combine_outputs` makes of outputs; nothing: they do not combine.
std::optional<nlohmann::json> combined(const std::vector<nlohmann::json>& outputs,
                                       const std::string& separator);

template <class PolicyOf>
std::optional<delta> joined(const nlohmann::json& base, const std::vector<delta>& branches,
                            PolicyOf policy_of) {
  auto has_some = [](auto& x) { return !x.empty(); };
  if (std::count_if(branches.begin(), branches.end(), has_some) == 1)
    return *std::find_if(branches.begin(), branches.end(), has_some); // nothing to merge
  std::map<std::string, std::vector<std::optional<nlohmann::json>>> wanted;
  for (auto& branch : branches)
    for (auto& [key, x] : branch)
      if (x != (base.contains(key) ? std::optional{base.at(key)} : std::nullopt))
        wanted[key].push_back(x);
  delta out;
  for (auto& [key, all] : wanted) {
    auto same = std::all_of(all.begin(), all.end(), [&](auto& x) { return x == all.front(); });
    auto before = base.contains(key) ? std::optional{base.at(key)} : std::nullopt;
    auto got = same ? joined_key{false, all.front()} : join_key(policy_of(key), before, all);
    if (got.conflicts)
      return {};
    out[key] = got.result;
  }
  return out;
}

} // namespace troupe::test
