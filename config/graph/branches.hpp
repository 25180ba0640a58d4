// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/translation.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::config {

/// An edge as a graph document has it.
struct written_edge {
  std::string from, to;
  std::string action;
  std::string group; ///< empty: none
  reader at;
};

/// A node on its way to the native document.
struct placed_node {
  std::string id;
  native_json node;
};

/// Nodes and edges. What is between the fan-out and the fan-in of labelled edges becomes a parallel
/// group, if it has one way in and one way out.
class branches {
public:
  branches(std::vector<placed_node> nodes, std::vector<written_edge> edges);

  /// `declared`: what is said of the groups, by label.
  void gather_groups(const std::map<std::string, reader>& declared);
  /// A list of nodes where each leads to the next one, or else an object with `nodes` and `edges`.
  native_json pipeline() const;

private:
  using node_set = std::vector<bool>;

  void find_ways();
  size_t place_of(const std::string& id) const;
  node_set reachable_from(size_t node) const;
  /// Edges of one label from one node, for one of its actions.
  struct fan_out {
    std::string label, from, action;
    bool has(const written_edge& x) const {
      return x.group == label && x.from == from && x.action == action;
    }
    friend bool operator==(const fan_out&, const fan_out&) = default;
  };
  void gather(const fan_out& which, const reader* declared);
  bool are_apart(const std::vector<node_set>& parts, const fan_out& which, std::string& join) const;
  native_json body_of(const node_set& part, const std::string& label) const;
  std::string free_id(const std::string& wanted) const;
  std::vector<size_t> chain() const;

  std::vector<placed_node> nodes_;
  std::vector<written_edge> edges_;
  std::unordered_map<std::string, size_t> places_; // of the nodes, by id
  std::vector<std::vector<size_t>> next_;          // by node
};

} // namespace troupe::config
