// SPDX-License-Identifier: Apache-2.0
#include "tests/property/graph_writes.hpp"

#include <algorithm>

namespace troupe::test {

using nlohmann::json;

graph_writes::graph_writes(json base, size_t nodes, policy_of_key policy_of)
  : base_(std::move(base)), policy_of_{std::move(policy_of)}, sees_(nodes) {}

/// Without those of which another one has all writes, as they were or overwritten.
std::vector<graph_writes::entry> graph_writes::newest(std::vector<entry> all) const {
  for (size_t i = 0; i < all.size();) {
    auto is_old = false;
    for (size_t k = 0; k < all.size() && !is_old; ++k) {
      auto has = all[k].made_by;
      for (auto number : all[k].made_by)
        has.insert(writes_[number].over.begin(), writes_[number].over.end());
      is_old = k != i &&
               std::includes(has.begin(), has.end(), all[i].made_by.begin(), all[i].made_by.end());
    }
    if (is_old)
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
    else
      ++i;
  }
  return all;
}

bool graph_writes::begin(size_t node, const std::vector<size_t>& behind) {
  std::map<std::string, std::vector<entry>> found;
  for (auto one : behind)
    for (auto& [key, x] : sees_[one])
      if (auto& all = found[key]; std::none_of(
            all.begin(), all.end(), [&](auto& known) { return known.made_by == x.made_by; }))
        all.push_back(x);
  sight_of_node merged;
  for (auto& [key, all] : found) {
    entry x;
    auto base = base_.contains(key) ? std::optional{base_.at(key)} : std::nullopt;
    std::vector<std::optional<json>> wanted;
    for (auto& candidate : newest(all)) {
      x.made_by.insert(candidate.made_by.begin(), candidate.made_by.end());
      x.what = candidate.what;
      if (candidate.what != base)
        wanted.push_back(candidate.what);
    }
    if (wanted.empty())
      x.what = base;
    auto same = std::all_of(wanted.begin(), wanted.end(), [&](auto& y) { return y == wanted[0]; });
    if (!wanted.empty() && same)
      x.what = wanted[0];
    if (!wanted.empty() && !same) {
      auto got = join_key(policy_of_(key), base, wanted);
      if (got.conflicts)
        return false;
      x.what = got.result;
    }
    merged[key] = x;
  }
  sees_[node] = std::move(merged);
  return true;
}

json graph_writes::seen_by(size_t node) const {
  delta all;
  for (auto& [key, x] : sees_[node])
    all[key] = x.what;
  return with(base_, all);
}

void graph_writes::changed(size_t node, const delta& changes) {
  for (auto& [key, what] : changes) {
    auto& known = sees_[node][key];
    one_write x{node, key, what, known.made_by};
    for (auto number : known.made_by)
      x.over.insert(writes_[number].over.begin(), writes_[number].over.end());
    known = {what, {writes_.size()}};
    writes_.push_back(std::move(x));
  }
}

std::vector<delta> graph_writes::left() const {
  std::set<size_t> over;
  for (auto& x : writes_)
    over.insert(x.over.begin(), x.over.end());
  std::vector<delta> all(sees_.size());
  for (size_t i = 0; i < writes_.size(); ++i)
    if (!over.contains(i))
      all[writes_[i].node][writes_[i].key] = writes_[i].what;
  return all;
}

} // namespace troupe::test
