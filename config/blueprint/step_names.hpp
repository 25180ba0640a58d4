// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/ids.hpp"
#include "config/reader.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::config::blueprint {

/// Which id each step has in the native document. There an id is unique; here a name may be said
/// again in another list, and then means the nearest.
class step_names {
public:
  /// `document`: whatever is called something in it keeps its name from nodes that are made up.
  explicit step_names(const nlohmann::json& document);

  /// The id of the step that is called so at this place. Warns if it is another.
  std::string declare(const reader& at, const std::string& name);
  /// An id for what cannot be referred to: a branch, a state, a node that is not written.
  std::string make_up(const std::string& wish);
  /// The step of that id has another name besides.
  void add_alias(const std::string& name, const std::string& id);

  /// The id of the nearest step of that name; nothing if none is called so.
  std::optional<std::string> find(const std::string& name) const;
  /// `did you mean …?`
  std::string nearest(const std::string& name) const;

  /// What is declared in a list is nearest there; behind it, it is known still.
  void open() { scopes_.emplace_back(); }
  void close();

private:
  std::string free_id(const std::string& wish, bool also_written);

  std::set<std::string> written_, used_;
  free_ids free_;
  std::vector<std::map<std::string, std::string>> scopes_{1};
};

} // namespace troupe::config::blueprint
