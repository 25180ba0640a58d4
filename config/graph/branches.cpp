// SPDX-License-Identifier: Apache-2.0
#include "config/graph/branches.hpp"

#include "config/plan.hpp"

#include <algorithm>
#include <set>

namespace troupe::config {

namespace {

bool is_default(const written_edge& x) { return x.action == plan::default_action; }

/// A label as an id.
std::string id_from(const std::string& label) {
  auto id = label;
  for (auto& c : id)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-')
      c = '_';
  auto begins_well =
    !id.empty() && (std::isalpha(static_cast<unsigned char>(id[0])) || id[0] == '_');
  return begins_well ? id : "group_" + id;
}

} // namespace

branches::branches(std::vector<placed_node> nodes, std::vector<written_edge> edges)
  : nodes_{std::move(nodes)}, edges_{std::move(edges)} {
  find_ways();
}

void branches::find_ways() {
  places_.clear();
  for (size_t i = 0; i < nodes_.size(); ++i)
    places_.emplace(nodes_[i].id, i);
  next_.assign(nodes_.size(), {});
  for (auto& edge : edges_)
    next_[place_of(edge.from)].push_back(place_of(edge.to));
}

/// As many as there are nodes: there is none.
size_t branches::place_of(const std::string& id) const {
  auto found = places_.find(id);
  return found == places_.end() ? nodes_.size() : found->second;
}

branches::node_set branches::reachable_from(size_t node) const {
  node_set reached(nodes_.size());
  std::vector<size_t> todo{node};
  reached[node] = true;
  while (!todo.empty()) {
    auto at = todo.back();
    todo.pop_back();
    for (auto to : next_[at])
      if (!reached[to]) {
        reached[to] = true;
        todo.push_back(to);
      }
  }
  return reached;
}

void branches::gather_groups(const std::map<std::string, reader>& declared) {
  std::vector<fan_out> all;
  for (auto& edge : edges_) {
    fan_out one{edge.group, edge.from, edge.action};
    if (!edge.group.empty() && std::find(all.begin(), all.end(), one) == all.end())
      all.push_back(one);
  }
  // Inner ones first: less is reached from where they begin.
  auto size_of = [&](auto& x) {
    auto reached = reachable_from(place_of(x.from));
    return std::count(reached.begin(), reached.end(), true);
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](auto& x, auto& y) { return size_of(x) < size_of(y); });
  for (auto& one : all) {
    auto known = declared.find(one.label);
    gather(one, known == declared.end() ? nullptr : &known->second);
  }
  for (auto& group : declared) {
    auto is_it = [&](auto& x) { return x.label == group.first; };
    if (std::none_of(all.begin(), all.end(), is_it))
      group.second.warning_at_key(
        {"unused_key", "no edge belongs to the group \"" + group.first + "\""});
  }
}

/// Whether no way leads from one part into another, or in from elsewhere, and all lead out to one
/// node, or none does.
bool branches::are_apart(const std::vector<node_set>& parts, const fan_out& which,
                         std::string& join) const {
  auto part_of = [&](const std::string& id) {
    auto has_it = [&](auto& part) { return part[place_of(id)]; };
    return std::find_if(parts.begin(), parts.end(), has_it) - parts.begin();
  };
  auto outside = static_cast<std::ptrdiff_t>(parts.size());
  std::vector<std::set<std::string>> exits(parts.size());
  for (auto& edge : edges_) {
    auto begin = part_of(edge.from), end = part_of(edge.to);
    if (begin == end || (begin == outside && which.has(edge)))
      continue;
    if (begin == outside || end != outside || !is_default(edge))
      return false;
    if (!join.empty() && join != edge.to)
      return false;
    join = edge.to;
    exits[static_cast<size_t>(begin)].insert(edge.from);
  }
  return std::all_of(exits.begin(), exits.end(),
                     [&](auto& x) { return x.size() == (join.empty() ? 0 : 1); });
}

std::string branches::free_id(const std::string& wanted) const {
  auto id = wanted;
  for (auto number = 2; place_of(id) < nodes_.size(); ++number)
    id = wanted + "_" + std::to_string(number);
  return id;
}

/// What a branch of a group is made of.
native_json branches::body_of(const node_set& part, const std::string& label) const {
  std::vector<placed_node> inside;
  for (size_t i = 0; i < nodes_.size(); ++i)
    if (part[i])
      inside.push_back(nodes_[i]);
  if (inside.size() == 1)
    return inside.front().node;
  std::vector<written_edge> own;
  for (auto& edge : edges_)
    if (part[place_of(edge.from)] && part[place_of(edge.to)])
      own.push_back(edge);
  native_object out{own.front().at};
  out.set("id", free_id(label + "_" + inside.front().id));
  auto body = branches{inside, own}.pipeline();
  auto shape = body.is_array() ? "sequence" : "graph";
  out.set(shape, std::move(body));
  return out.take();
}

void branches::gather(const fan_out& which, const reader* declared) {
  auto& [label, from, wanted_action] = which;
  std::vector<size_t> heads;
  const written_edge* first = nullptr;
  for (auto& edge : edges_)
    if (which.has(edge)) {
      heads.push_back(place_of(edge.to));
      first = first ? first : &edge;
    }
  if (heads.size() < 2)
    return first->at.warning(
      {"ambiguous_group", "one edge alone makes no group: \"" + label + "\" changes nothing"});
  std::vector<node_set> reached;
  for (auto head : heads)
    reached.push_back(reachable_from(head));
  auto parts = reached;
  for (size_t i = 0; i < parts.size(); ++i)
    for (size_t k = 0; k < reached.size(); ++k)
      for (size_t node = 0; k != i && node < nodes_.size(); ++node)
        parts[i][node] = parts[i][node] && !reached[k][node];
  std::string join;
  auto has_head = [&](size_t i) { return parts[i][heads[i]]; };
  auto are_whole = true;
  for (size_t i = 0; i < parts.size(); ++i)
    are_whole = are_whole && has_head(i);
  if (!are_whole || !are_apart(parts, which, join))
    return first->at.warning(
      {"ambiguous_group",
       "the branches of the group \"" + label + "\" lead into each other, or to more than one node",
       "they run as nodes of a graph, without a group of their own"});
  auto at = declared ? *declared : first->at;
  native_object group{at};
  auto id = free_id(id_from(label));
  group.set("id", id);
  auto bodies = native_json::array();
  for (auto& part : parts)
    bodies.push_back(body_of(part, id));
  group.set("parallel", std::move(bodies)).set("merge", "by_name");
  if (declared) {
    copy(*declared, {"on_error", "max_workers", "min_success", "merge"}, group);
    warn_of_unknown_keys(
      *declared, {"on_error", "max_workers", "min_success", "merge", "description"}, "a group");
  }
  auto action = wanted_action;
  auto edge_at = first->at;
  auto is_inside = [&](const std::string& x) {
    return std::any_of(parts.begin(), parts.end(), [&](auto& part) { return part[place_of(x)]; });
  };
  std::vector<written_edge> rest;
  for (auto& edge : edges_)
    if (!is_inside(edge.from) && !is_inside(edge.to))
      rest.push_back(edge);
  rest.push_back({from, id, action, {}, edge_at});
  if (!join.empty())
    rest.push_back({id, join, std::string{plan::default_action}, {}, edge_at});
  std::vector<placed_node> others;
  auto place = *std::min_element(heads.begin(), heads.end());
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (i == place)
      others.push_back({id, group.take()});
    if (std::none_of(parts.begin(), parts.end(), [&](auto& part) { return part[i]; }))
      others.push_back(std::move(nodes_[i]));
  }
  nodes_ = std::move(others);
  edges_ = std::move(rest);
  find_ways();
}

/// The nodes in the one order in which they can run; empty if there are several.
std::vector<size_t> branches::chain() const {
  std::vector<size_t> next(nodes_.size(), nodes_.size()), before(nodes_.size());
  for (auto& edge : edges_) {
    auto from = place_of(edge.from), to = place_of(edge.to);
    if (!is_default(edge) || next[from] < nodes_.size() || before[to]++ > 0)
      return {};
    next[from] = to;
  }
  auto first = std::find(before.begin(), before.end(), 0);
  if (edges_.size() + 1 != nodes_.size() || first == before.end())
    return {};
  std::vector<size_t> order;
  for (auto at = static_cast<size_t>(first - before.begin()); at < nodes_.size(); at = next[at])
    order.push_back(at);
  return order.size() == nodes_.size() ? order : std::vector<size_t>{};
}

native_json branches::pipeline() const {
  auto nodes = native_json::array(), edges = native_json::array();
  auto order = chain();
  auto is_list = edges_.empty() || !order.empty();
  for (size_t i = 0; i < nodes_.size(); ++i)
    nodes.push_back(nodes_[order.empty() ? i : order[i]].node);
  if (is_list)
    return nodes;
  for (auto& edge : edges_) {
    native_object one{edge.at};
    one.set("from", edge.from).set("to", edge.to);
    if (!is_default(edge))
      one.set("action", edge.action);
    edges.push_back(one.take());
  }
  native_json out;
  out["nodes"] = std::move(nodes);
  out["edges"] = std::move(edges);
  return out;
}

} // namespace troupe::config
