// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/ids.hpp"
#include "config/translation.hpp"

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::config {

/// What the steps of a chain are called. Names that are no ids, or that others have, become ones;
/// references to them follow.
class step_names {
public:
  /// Takes in the names of a list of steps, and of all inside of it.
  void collect(const reader& steps);
  /// Empty: it has none.
  std::string id_of(const reader& step) const;
  /// What is written, with references to the ids.
  native_json with_ids(const reader& x) const;
  /// A name, or a list of names, of steps.
  native_json ids_in(const reader& x) const;

private:
  struct declared {
    std::string id, pointer;
  };
  void collect_step(const reader& step);
  void add(const reader& step, const reader& written);
  void share_id(const reader& batch, const reader& body, const std::string& key);
  /// The id of the step of that name in the nearest scope; empty if there is none.
  std::string nearest(const std::string& name, const std::string& pointer) const;

  std::unordered_map<std::string, std::vector<declared>> declared_; // by name
  std::set<std::string> ids_;
  free_ids free_;
  std::unordered_map<std::string, std::string> by_pointer_;
  bool has_renamed_ = false;
};

/// The key that names a step; empty: none.
std::string name_key(const reader& step);

} // namespace troupe::config
