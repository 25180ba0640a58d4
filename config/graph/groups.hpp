// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/graph/pipeline.hpp"
#include "config/ids.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::config {

/// What is between the fan-out and the fan-in of labelled edges becomes a parallel group, if it has
/// one way in and one way out. Takes time in proportion to what becomes a group.
class groups {
public:
  groups(std::vector<placed_node> nodes, std::vector<written_edge> edges);

  /// `declared`: what is said of the groups, by label.
  void gather(const std::map<std::string, reader>& declared);
  /// Nodes and edges as they are now.
  native_json pipeline() &&;

private:
  using places = std::vector<size_t>;

  /// Edges of one label from one node, for one of its actions.
  struct fan_out {
    std::string label, action;
    size_t from;
    places edges = {};
  };
  struct region {
    std::vector<places> branches;
    std::optional<size_t> join; ///< the one node that all of them lead to
  };
  struct ways {
    places in, out; ///< edges
    size_t rank;    ///< in an order in which all edges lead on, but those that close a cycle
    bool is_gone = false;
  };

  void find_ways();
  void rank_from(size_t start, std::vector<bool>& seen, places& finished) const;
  std::vector<fan_out> fan_outs() const;
  std::optional<region> region_of(const fan_out& which) const;
  bool leads_out_once(const places& branch, size_t join) const;
  std::string exit_of(const places& branch, std::optional<size_t> join) const;
  void gather(const fan_out& which, const reader* declared);
  bool leads_out_of_group(const fan_out& which) const;
  native_json body_of(const places& branch, const std::string& label);
  void connect(size_t from, size_t to, const std::string& action, const reader& at);
  std::string free_id(const std::string& wanted);

  size_t from(size_t edge) const { return ends_[edge].first; }
  size_t to(size_t edge) const { return ends_[edge].second; }
  bool leads_back(size_t edge) const { return ways_[to(edge)].rank <= ways_[from(edge)].rank; }

  std::vector<placed_node> nodes_;
  std::vector<written_edge> edges_;
  std::vector<ways> ways_;                      // by node
  std::vector<std::pair<size_t, size_t>> ends_; // by edge
  std::vector<bool> is_left_out_;               // by edge
  std::unordered_map<std::string, size_t> by_id_;
  free_ids free_;
  std::map<std::string, std::set<size_t>> inside_; // by label: the nodes of its groups
};

} // namespace troupe::config
