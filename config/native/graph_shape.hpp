// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"

#include <utility>
#include <vector>

namespace troupe::config {

/// Where the edges of a graph lead: its start nodes, its cycles, and what comes after what. Nodes
/// are numbers, in the order in which they are written. Building it takes time in proportion to
/// nodes and edges, but for cycles: in proportion to their nodes, each.
class graph_shape {
public:
  enum class trouble : uint8_t { without_action, many_entries };

  graph_shape(size_t nodes, std::vector<plan::edge> edges);

  const std::vector<plan::edge>& edges() const { return edges_; } ///< with `is_back` set
  /// Every node behind those that lead to it, cycles aside.
  const std::vector<size_t>& order() const { return order_; }
  std::vector<std::vector<size_t>> cycles() const { return cycles_; } ///< by entry
  const std::vector<bool>& reachable() const { return reachable_; }
  std::vector<size_t> unreachable() const;
  bool has_actions() const { return has_actions_; }
  const std::vector<std::pair<plan::edge, trouble>>& problems() const { return problems_; }

  bool comes_after(size_t later, size_t earlier) const;
  /// Whether every way to `later` leads through `earlier`, as far as is seen at once.
  bool is_certain_before(size_t later, size_t earlier) const;

private:
  const plan::edge* only_way_to(size_t node) const;
  bool has_no_actions_before(size_t node) const;
  void find_starts();
  void find_back_edges();
  void walk_from(size_t start, std::vector<uint8_t>& colors);
  void sort();
  void find_cycles();
  void add_cycle(const plan::edge& back);

  std::vector<plan::edge> edges_;
  std::vector<std::vector<size_t>> out_, into_; // edges, by node
  std::vector<bool> is_start_, reachable_;
  std::vector<size_t> order_;
  std::vector<std::vector<size_t>> cycles_;
  std::vector<std::pair<plan::edge, trouble>> problems_;
  bool has_actions_ = false;
};

} // namespace troupe::config
