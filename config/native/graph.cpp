// SPDX-License-Identifier: Apache-2.0
#include "config/native/graph_shape.hpp"
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>
#include <unordered_map>

namespace troupe::config {

/// A graph that is being read. Its nodes may refer to those that they come after.
struct native_reader::graph_around {
  const graph_shape& shape;
  size_t current = 0;
  struct inner_node {
    size_t owner; ///< which of the graph's nodes it is, or is inside of
    bool may_be_absent;
  };
  std::unordered_map<std::string, inner_node> known = {};
  std::unordered_map<std::string, size_t> places = {}; ///< of its nodes, if it has cycles
};

namespace {

bool share_a_cycle(const std::vector<std::vector<size_t>>& cycles, size_t x, size_t y) {
  auto has = [](auto& cycle, size_t node) {
    return std::find(cycle.begin(), cycle.end(), node) != cycle.end();
  };
  return std::any_of(cycles.begin(), cycles.end(),
                     [&](auto& cycle) { return has(cycle, x) && has(cycle, y); });
}

} // namespace

std::optional<readable_node> native_reader::find_readable(const std::string& id) const {
  if (auto found = readable_.find(id); found != readable_.end())
    return found->second;
  for (auto graph = graphs_.rbegin(); graph != graphs_.rend(); ++graph) {
    auto& [shape, current, known, places] = **graph;
    auto found = known.find(id);
    auto later = places.find(id); // in a cycle: that of the round before
    if (found == known.end() && later != places.end() &&
        share_a_cycle(shape.cycles(), current, later->second))
      return readable_node{ids_.find(id)->second.slot, true};
    if (found == known.end() || !shape.comes_after(current, found->second.owner))
      continue;
    auto& [owner, may_be_absent] = found->second;
    return readable_node{ids_.find(id)->second.slot,
                         may_be_absent || !shape.is_certain_before(current, owner)};
  }
  return {};
}

plan::graph native_reader::read_graph(const reader& in, plan::node& x) {
  auto rule = read_on_error(in, x, false);
  auto out = read_nodes_and_edges(in.member("graph"), x.path);
  out.on_error = rule;
  return out;
}

plan::graph native_reader::read_nodes_and_edges(const reader& spec,
                                                const std::string& parent_path) {
  if (!spec.wants_object("an object with `nodes` and `edges`"))
    return {};
  spec.check_keys({"nodes", "edges"}, "a graph");
  std::vector<reader> items;
  std::vector<std::string> ids;
  if (spec.has("nodes") && spec.member("nodes").wants_list("a list of nodes"))
    for (auto& item : spec.member("nodes").items())
      if (item.wants_object("a node: an object") && is_enabled(item)) {
        items.push_back(item);
        ids.push_back(id_of(item, {}));
        for (auto key : {"next", "depends_on"})
          if (item.has(key))
            item.member(key).error_at_key(
              {"conflicting_keys",
               std::string{"in a graph, `edges` say what `"} + key + "` says in a list"});
      }
  if (items.empty())
    spec.error({"empty_group", "a graph needs a node"});
  return read_graph_nodes(spec, items, read_edges(spec, ids), parent_path);
}

std::vector<plan::edge> native_reader::read_edges(const reader& in,
                                                  const std::vector<std::string>& ids) {
  std::vector<plan::edge> all;
  if (!in.has("edges") || !in.member("edges").wants_list("a list of {\"from\": …, \"to\": …}"))
    return all;
  std::unordered_map<std::string, size_t> places;
  for (size_t i = 0; i < ids.size(); ++i)
    places.emplace(ids[i], i);
  auto end_of = [&](const reader& edge, const char* key) -> std::optional<size_t> {
    auto name = edge.text(key);
    if (!name && !edge.has(key))
      edge.error({"missing_key", std::string{"an edge needs `"} + key + "`, the id of a node"});
    if (!name)
      return {};
    if (auto known = places.find(*name); known != places.end())
      return known->second;
    edge.member(key).error(
      {"unknown_node", "the graph has no node \"" + *name + "\"", did_you_mean(*name, ids)});
    return {};
  };
  for (auto& edge : in.member("edges").items()) {
    if (!edge.wants_object("an edge: {\"from\": …, \"to\": …}"))
      continue;
    edge.check_keys({"from", "to", "action"}, "an edge");
    auto from = end_of(edge, "from"), to = end_of(edge, "to");
    auto action = edge.text("action").value_or(std::string{plan::default_action});
    if (from && to)
      all.push_back({*from, *to, std::move(action)});
  }
  return all;
}

/// A list in which some node says what it depends on. One that says nothing comes after the one
/// that is written before it.
plan::graph native_reader::read_dependencies(const reader& in, const std::string& parent_path) {
  std::vector<reader> items;
  std::vector<std::string> ids;
  std::vector<plan::edge> edges;
  for (auto& item : in.items())
    if (item.wants_object("a node: an object") && is_enabled(item)) {
      items.push_back(item);
      ids.push_back(id_of(item, {}));
    }
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].has("next"))
      items[i].member("next").error_at_key(
        {"conflicting_keys", "a list has either `next` or `depends_on`: both say what comes when"});
    if (!items[i].has("depends_on")) {
      if (i > 0)
        edges.push_back({i - 1, i});
      continue;
    }
    auto list = items[i].member("depends_on");
    if (!list.wants_list("a list of ids"))
      continue;
    for (auto& one : list.items()) {
      auto name = one.as_text();
      auto found = name ? std::find(ids.begin(), ids.end(), *name) : ids.end();
      if (found != ids.end())
        edges.push_back({static_cast<size_t>(found - ids.begin()), i});
      else if (name)
        one.error({"unknown_node", "there is no node \"" + *name + "\" in this list",
                   did_you_mean(*name, ids)});
    }
  }
  return read_graph_nodes(in, items, std::move(edges), parent_path);
}

plan::graph native_reader::read_graph_nodes(const reader& in, const std::vector<reader>& items,
                                            std::vector<plan::edge> edges,
                                            const std::string& parent_path) {
  graph_shape shape{items.size(), std::move(edges)};
  graph_around around{shape};
  if (!shape.cycles().empty())
    for (size_t i = 0; i < items.size(); ++i)
      around.places.emplace(id_of(items[i], {}), i);
  graphs_.push_back(&around);
  std::vector<std::optional<plan::node>> read(items.size());
  added_nodes inside;
  for (auto node : shape.order()) { // what a node may refer to is read before it
    around.current = node;
    auto begin = mark();
    place_of_member_ = place_of_group_;
    read[node] = read_node(items[node], parent_path);
    for (auto& added : take_back(begin)) {
      around.known[added.id] = {node, added.may_be_absent};
      inside.push_back(added);
    }
  }
  graphs_.pop_back();
  give_back(inside, shape.has_actions());
  plan::graph out;
  for (auto& node : read)
    out.nodes.push_back(std::move(*node));
  auto path_of = [&](const std::vector<size_t>& nodes) {
    std::string text;
    for (auto node : nodes)
      text += (text.empty() ? "" : ", ") + out.nodes[node].id;
    return text;
  };
  tell_cycles(in, shape, out);
  auto lost = shape.unreachable();
  if (!lost.empty())
    in.warning({"unreachable_node", "no way leads to " + path_of(lost) + ": skipped"});
  out.edges = shape.edges();
  out.cycles = shape.cycles();
  out.reachable = shape.reachable();
  return out;
}

namespace {

/// Where an edge is written, or else the graph.
reader edge_in(const reader& graph, const std::string& from, const std::string& to) {
  if (graph.has("edges"))
    for (auto& edge : graph.member("edges").items())
      if (edge.json().value("from", "") == from && edge.json().value("to", "") == to)
        return edge;
  return graph;
}

} // namespace

void native_reader::tell_cycles(const reader& in, const graph_shape& shape, const plan::graph& x) {
  auto has_edges = in.json().is_object(); // else it is a list with `depends_on`
  for (auto& [edge, problem] : shape.problems()) {
    auto never_ends = problem == graph_shape::trouble::without_action;
    auto& from = x.nodes[edge.from].id;
    auto& to = x.nodes[edge.to].id;
    if (has_edges)
      edge_in(in, from, to)
        .error({"irreducible_cycle",
                "the edge from \"" + from + "\" to \"" + to + "\" closes a cycle " +
                  (never_ends ? "without an action: it would never end"
                              : "that can be entered in several places"),
                never_ends ? "give the edge an `action`"
                           : "let every way into the cycle lead to one of its nodes"});
    else
      in.error({"irreducible_cycle",
                "\"" + to + "\" depends on \"" + from + "\", which comes after it",
                "to go back, use `next` or a `graph` with an `action`"});
  }
}

} // namespace troupe::config
