// SPDX-License-Identifier: Apache-2.0
#include "config/native/graph_shape.hpp"

#include <algorithm>

namespace troupe::config {

graph_shape::graph_shape(size_t nodes, std::vector<plan::edge> edges)
  : edges_{std::move(edges)}, out_(nodes), into_(nodes), is_start_(nodes), reachable_(nodes) {
  for (size_t i = 0; i < edges_.size(); ++i) {
    out_[edges_[i].from].push_back(i);
    into_[edges_[i].to].push_back(i);
    has_actions_ = has_actions_ || edges_[i].action != plan::default_action;
  }
  find_starts();
  find_back_edges();
  sort();
  find_cycles();
}

/// Nodes that nothing leads to; the first one if there are none such.
void graph_shape::find_starts() {
  for (size_t i = 0; i < into_.size(); ++i)
    is_start_[i] = into_[i].empty();
  auto none = std::find(is_start_.begin(), is_start_.end(), true) == is_start_.end();
  if (none && !is_start_.empty())
    is_start_[0] = true;
}

void graph_shape::find_back_edges() {
  std::vector<uint8_t> colors(out_.size());
  for (size_t i = 0; i < out_.size(); ++i)
    if (is_start_[i])
      walk_from(i, colors);
  for (size_t i = 0; i < out_.size(); ++i)
    reachable_[i] = colors[i] != 0;
  for (size_t i = 0; i < out_.size(); ++i) // cycles that no way leads to are cycles all the same
    if (colors[i] == 0)
      walk_from(i, colors);
}

/// Depth first, in written order, with a stack of its own: chains are long.
void graph_shape::walk_from(size_t start, std::vector<uint8_t>& colors) {
  enum : uint8_t { unseen, open, done };
  if (colors[start] != unseen)
    return;
  struct visit {
    size_t node;
    size_t next;
  };
  std::vector<visit> stack{{start, 0}};
  colors[start] = open;
  while (!stack.empty()) {
    auto& [node, next] = stack.back();
    if (next == out_[node].size()) {
      colors[node] = done;
      stack.pop_back();
      continue;
    }
    auto& edge = edges_[out_[node][next++]];
    if (colors[edge.to] == open) {
      edge.is_back = true;
    } else if (colors[edge.to] == unseen) {
      colors[edge.to] = open;
      stack.push_back({edge.to, 0});
    }
  }
}

void graph_shape::sort() {
  std::vector<size_t> open(out_.size());
  for (auto& edge : edges_)
    open[edge.to] += edge.is_back ? 0 : 1;
  for (size_t i = 0; i < open.size(); ++i)
    if (open[i] == 0)
      order_.push_back(i);
  for (size_t at = 0; at < order_.size(); ++at)
    for (auto number : out_[order_[at]])
      if (auto& edge = edges_[number]; !edge.is_back && --open[edge.to] == 0)
        order_.push_back(edge.to);
}

void graph_shape::find_cycles() {
  for (auto& edge : edges_) {
    if (!edge.is_back)
      continue;
    if (edge.action == plan::default_action)
      problems_.emplace_back(edge, trouble::without_action);
    else
      add_cycle(edge);
  }
}

/// The nodes from which the edge's source is reached without passing its target. If a start is
/// among them, there is a way into the cycle that does not lead through its entry.
void graph_shape::add_cycle(const plan::edge& back) {
  cycles_.resize(out_.size());
  auto& cycle = cycles_[back.to];
  std::vector<bool> inside(out_.size());
  for (auto node : cycle)
    inside[node] = true;
  std::vector<size_t> todo;
  auto take = [&](size_t node) {
    if (inside[node])
      return;
    inside[node] = true;
    cycle.push_back(node);
    todo.push_back(node);
  };
  if (!inside[back.to]) {
    inside[back.to] = true;
    cycle.push_back(back.to);
  }
  take(back.from);
  auto has_other_entry = false;
  while (!todo.empty()) {
    auto node = todo.back();
    todo.pop_back();
    has_other_entry = has_other_entry || is_start_[node];
    for (auto number : into_[node])
      take(edges_[number].from);
  }
  std::sort(cycle.begin(), cycle.end());
  if (has_other_entry)
    problems_.emplace_back(back, trouble::many_entries);
}

std::vector<size_t> graph_shape::unreachable() const {
  std::vector<size_t> all;
  for (size_t i = 0; i < reachable_.size(); ++i)
    if (!reachable_[i])
      all.push_back(i);
  return all;
}

bool graph_shape::comes_after(size_t later, size_t earlier) const {
  std::vector<bool> seen(out_.size());
  std::vector<size_t> todo{later}; // backwards, and breadth first: mostly it is a step away
  for (size_t at = 0; at < todo.size(); ++at)
    for (auto number : into_[todo[at]]) {
      auto& edge = edges_[number];
      if (edge.is_back || seen[edge.from])
        continue;
      if (edge.from == earlier)
        return true;
      seen[edge.from] = true;
      todo.push_back(edge.from);
    }
  return false;
}

bool graph_shape::is_certain_before(size_t later, size_t earlier) const {
  auto node = later;
  while (auto only = only_way_to(node)) {
    if (only->action == plan::error_action)
      return false; // what has failed gave nothing
    if (only->from == earlier)
      return true;
    node = only->from;
  }
  return has_no_actions_before(node);
}

/// Null: there are several, or none.
const plan::edge* graph_shape::only_way_to(size_t node) const {
  const plan::edge* only = nullptr;
  for (auto number : into_[node]) {
    if (edges_[number].is_back)
      continue;
    if (only)
      return nullptr;
    only = &edges_[number];
  }
  return only;
}

bool graph_shape::has_no_actions_before(size_t node) const {
  if (!has_actions_)
    return true;
  std::vector<bool> seen(out_.size());
  std::vector<size_t> todo{node};
  for (size_t at = 0; at < todo.size(); ++at)
    for (auto number : into_[todo[at]]) {
      auto& edge = edges_[number];
      if (edge.is_back || seen[edge.from])
        continue;
      for (auto other : out_[edge.from])
        if (edges_[other].action != plan::default_action)
          return false;
      seen[edge.from] = true;
      todo.push_back(edge.from);
    }
  return true;
}

} // namespace troupe::config
