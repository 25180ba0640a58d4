// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::plan {

/// Every node of a flow, and of those that it calls, by a key that is the same wherever the flow's
/// documents are read.
class node_index {
public:
  /// `x` must outlive the index.
  explicit node_index(const flow& x);

  /// Null for an unknown key.
  const node* find(std::string_view key) const;
  /// Of a node of the flow.
  const std::string& key_of(const node& x) const { return keys_.at(&x); }
  const std::unordered_map<std::string, const node*>& all() const { return nodes_; }
  /// The flow that the node is of: the main one, or one that is called.
  const flow_core& flow_of(std::string_view key) const;

private:
  void add(const node& x, const std::string& prefix);

  const flow& flow_;
  std::unordered_map<std::string, const node*> nodes_;
  std::unordered_map<const node*, std::string> keys_;
};

} // namespace troupe::plan
