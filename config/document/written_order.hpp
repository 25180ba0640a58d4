// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::config {

/// In which order the members of a tree's objects are written: the tree itself sorts them by name.
/// Objects are known by where their members are stored, which does not change when they are moved.
class written_order {
public:
  using keys = std::vector<const std::string*>; ///< those of the object itself

  void note(const nlohmann::json& object, keys written) {
    auto is_before = [](auto x, auto y) { return *x < *y; };
    if (!std::is_sorted(written.begin(), written.end(), is_before))
      other_than_sorted_[storage_of(object)] = std::move(written);
  }

  /// Null: that of the names.
  const keys* of(const nlohmann::json& object) const {
    auto found = other_than_sorted_.find(storage_of(object));
    return found == other_than_sorted_.end() ? nullptr : &found->second;
  }

private:
  using storage = const nlohmann::json::object_t*;
  static storage storage_of(const nlohmann::json& object) { return object.get_ptr<storage>(); }

  std::unordered_map<storage, keys> other_than_sorted_;
};

} // namespace troupe::config
