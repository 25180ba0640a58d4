// SPDX-License-Identifier: Apache-2.0
#include "config/graph/groups.hpp"

#include "config/graph/keys.hpp"
#include "config/plan.hpp"

#include <algorithm>
#include <queue>

namespace troupe::config {

namespace {

/// A label as an id.
std::string id_from(const std::string& label) {
  auto id = as_id(label);
  return id.size() == label.size() ? id : "group" + id; // as_id puts a `_` before what needs it
}

/// What `by_name` gives, with other names for some branches.
std::string outputs_by(const std::map<std::string, std::string>& names) {
  return "map({(" + native_json(names).dump() +
         "[.name] // .name): (if .success then .output else null end)}) | add";
}

} // namespace

groups::groups(std::vector<placed_node> nodes, std::vector<written_edge> edges)
  : nodes_{std::move(nodes)}, edges_{std::move(edges)} {
  find_ways();
}

void groups::find_ways() {
  ways_.resize(nodes_.size());
  is_left_out_.resize(edges_.size());
  for (size_t i = 0; i < nodes_.size(); ++i)
    by_id_.emplace(nodes_[i].id, i);
  for (auto& edge : edges_) {
    ends_.emplace_back(by_id_.at(edge.from), by_id_.at(edge.to));
    ways_[ends_.back().first].out.push_back(ends_.size() - 1);
    ways_[ends_.back().second].in.push_back(ends_.size() - 1);
  }
  std::vector<bool> seen(nodes_.size());
  places finished;
  for (auto is_start : {true, false}) // then those of cycles that nothing leads into
    for (size_t i = 0; i < nodes_.size(); ++i)
      if (!seen[i] && (!is_start || ways_[i].in.empty()))
        rank_from(i, seen, finished);
  for (size_t i = 0; i < finished.size(); ++i)
    ways_[finished[i]].rank = finished.size() - i;
}

/// Depth first: an edge to a node that is not finished yet closes a cycle.
void groups::rank_from(size_t start, std::vector<bool>& seen, places& finished) const {
  std::vector<std::pair<size_t, size_t>> todo{{start, 0}}; // a node, and how many edges are done
  seen[start] = true;
  while (!todo.empty()) {
    auto& [node, done] = todo.back();
    if (done == ways_[node].out.size()) {
      finished.push_back(node);
      todo.pop_back();
    } else if (auto next = to(ways_[node].out[done++]); !seen[next]) {
      seen[next] = true;
      todo.emplace_back(next, 0);
    }
  }
}

std::vector<groups::fan_out> groups::fan_outs() const {
  std::map<std::tuple<size_t, std::string, std::string>, size_t> known;
  std::vector<fan_out> all;
  for (size_t i = 0; i < edges_.size(); ++i) {
    auto& x = edges_[i];
    if (x.group.empty())
      continue;
    auto [place, is_new] = known.try_emplace({from(i), x.group, x.action}, all.size());
    if (is_new)
      all.push_back({x.group, x.action, from(i)});
    all[place->second].edges.push_back(i);
  }
  return all;
}

void groups::gather(const std::map<std::string, reader>& declared) {
  auto all = fan_outs();
  std::set<std::string> used;
  for (auto& one : all)
    used.insert(one.label);
  // Inner ones first: they begin behind where those around them begin.
  std::stable_sort(all.begin(), all.end(),
                   [&](auto& x, auto& y) { return ways_[x.from].rank > ways_[y.from].rank; });
  for (auto& one : all) {
    auto known = declared.find(one.label);
    if (one.edges.size() > 1)
      gather(one, known == declared.end() ? nullptr : &known->second);
  }
  for (auto& one : all)
    if (one.edges.size() == 1 && !leads_out_of_group(one))
      edges_[one.edges.front()].at.warning({"ambiguous_group", "one edge alone makes no group: \"" +
                                                                 one.label + "\" changes nothing"});
  for (auto& [label, at] : declared)
    if (!used.contains(label))
      at.warning_at_key({"unused_key", "no edge belongs to the group \"" + label + "\""});
}

/// As some write it: the label on the way in and on the way out.
bool groups::leads_out_of_group(const fan_out& which) const {
  auto known = inside_.find(which.label);
  return known != inside_.end() && known->second.contains(which.from) &&
         !known->second.contains(to(which.edges.front()));
}

/// Nothing if ways lead from one branch into another, or in from elsewhere, or out to several
/// nodes.
std::optional<groups::region> groups::region_of(const fan_out& which) const {
  region out;
  std::unordered_map<size_t, std::optional<size_t>> branch_of; // nothing: several lead to it
  auto is_behind = [&](size_t x, size_t y) { return ways_[x].rank > ways_[y].rank; };
  std::priority_queue<size_t, places, decltype(is_behind)> todo{is_behind};
  auto reach = [&](size_t node, size_t branch) {
    auto [known, is_new] = branch_of.try_emplace(node, branch);
    if (is_new)
      todo.push(node);
    else if (known->second != branch)
      known->second.reset();
  };
  for (auto edge : which.edges) {
    if (leads_back(edge))
      return {};
    reach(to(edge), out.branches.size());
    out.branches.emplace_back();
  }
  while (!todo.empty()) {
    auto node = todo.top();
    todo.pop();
    auto branch = branch_of.at(node);
    if (!branch && out.join)
      return {};
    if (!branch) {
      out.join = node;
      continue;
    }
    auto is_own = [&](size_t other) {
      auto known = branch_of.find(other);
      return known != branch_of.end() && known->second == branch;
    };
    auto& own = ways_[node];
    for (auto edge : own.in) {
      auto is_way_in = std::find(which.edges.begin(), which.edges.end(), edge) != which.edges.end();
      if (!is_way_in && !leads_back(edge) && !is_own(from(edge)))
        return {};
    }
    out.branches[*branch].push_back(node);
    for (auto edge : own.out)
      if (!leads_back(edge))
        reach(to(edge), *branch);
      else if (!is_own(to(edge)))
        return {};
  }
  auto is_whole = [&](auto& branch) {
    return !branch.empty() && (!out.join || leads_out_once(branch, *out.join));
  };
  if (!std::all_of(out.branches.begin(), out.branches.end(), is_whole))
    return {};
  for (auto& branch : out.branches)
    std::sort(branch.begin(), branch.end());
  return out;
}

/// By the default action of one node.
bool groups::leads_out_once(const places& branch, size_t join) const {
  std::set<size_t> ends;
  for (auto node : branch)
    for (auto edge : ways_[node].out)
      if (to(edge) == join) {
        if (!edges_[edge].is_default())
          return false;
        ends.insert(node);
      }
  return ends.size() == 1;
}

/// The node whose output is the branch's; empty: several.
std::string groups::exit_of(const places& branch, std::optional<size_t> join) const {
  auto is_exit = [&](size_t node) {
    auto& out = ways_[node].out;
    auto ends = [&](size_t edge) { return join ? to(edge) == *join : leads_back(edge); };
    return join ? std::any_of(out.begin(), out.end(), ends)
                : std::all_of(out.begin(), out.end(), ends);
  };
  auto first = std::find_if(branch.begin(), branch.end(), is_exit);
  auto is_only_one = first != branch.end() && std::none_of(first + 1, branch.end(), is_exit);
  return is_only_one ? nodes_[*first].id : "";
}

std::string groups::free_id(const std::string& wanted) {
  return free_.find(wanted, [this](auto& id) { return by_id_.contains(id); });
}

/// What a branch of a group is made of.
native_json groups::body_of(const places& branch, const std::string& label) {
  if (branch.size() == 1)
    return std::move(nodes_[branch.front()].node);
  places between;
  for (auto node : branch)
    for (auto edge : ways_[node].out)
      if (std::binary_search(branch.begin(), branch.end(), to(edge)))
        between.push_back(edge);
  std::sort(between.begin(), between.end()); // as they are written
  std::vector<written_edge> edges;
  for (auto edge : between)
    edges.push_back(edges_[edge]);
  native_object out{edges.front().at};
  out.set("id", free_id(label + "_" + nodes_[branch.front()].id));
  std::vector<placed_node> inside;
  for (auto node : branch)
    inside.push_back(std::move(nodes_[node]));
  auto body = pipeline_of(std::move(inside), edges);
  auto shape = body.is_array() ? "sequence" : "graph";
  out.set(shape, std::move(body));
  return out.take();
}

void groups::connect(size_t from, size_t to, const std::string& action, const reader& at) {
  ways_[from].out.push_back(edges_.size());
  ways_[to].in.push_back(edges_.size());
  ends_.emplace_back(from, to);
  is_left_out_.push_back(false);
  edges_.push_back({nodes_[from].id, nodes_[to].id, action, {}, at});
}

void groups::gather(const fan_out& which, const reader* declared) {
  auto first = edges_[which.edges.front()].at;
  auto found = region_of(which);
  if (!found)
    return first.warning({"ambiguous_group",
                          "the branches of the group \"" + which.label +
                            "\" lead into each other, or to more than one node",
                          "they run as nodes of a graph, without a group of their own"});
  native_object group{declared ? *declared : first};
  auto id = free_id(id_from(which.label));
  group.set("id", id);
  auto place = to(which.edges.front()); // the group stands where the first of its branches begins
  for (auto edge : which.edges)
    place = std::min(place, to(edge));
  auto bodies = native_json::array();
  std::map<std::string, std::string> exits;
  for (auto& branch : found->branches) {
    auto exit = exit_of(branch, found->join);
    bodies.push_back(body_of(branch, id));
    if (auto name = bodies.back().value("id", ""); !exit.empty() && name != exit)
      exits.emplace(name, exit);
    for (auto node : branch) {
      for (auto edges : {&ways_[node].in, &ways_[node].out})
        for (auto edge : *edges)
          is_left_out_[edge] = true;
      ways_[node].is_gone = true;
      inside_[which.label].insert(node);
    }
  }
  group.set("parallel", std::move(bodies)).set("merge", "by_name");
  if (declared) {
    copy(*declared, graph_keys::native_of_group, group);
    warn_of_unknown_keys(*declared, graph_keys::of_group, "a group");
  }
  auto is_by_name = !declared || !declared->has("merge") || declared->json()["merge"] == "by_name";
  if (!exits.empty() && is_by_name)
    group.set("merge", {{"reduce", outputs_by(exits)}});
  nodes_[place] = {id, group.take()};
  ways_[place] = {{}, {}, ways_[place].rank};
  by_id_.emplace(id, place);
  auto remove_left_out = [this](places& edges) {
    std::erase_if(edges, [this](auto edge) { return is_left_out_[edge]; });
  };
  remove_left_out(ways_[which.from].out);
  connect(which.from, place, which.action, first);
  if (!found->join)
    return;
  remove_left_out(ways_[*found->join].in);
  connect(place, *found->join, std::string{plan::default_action}, first);
}

native_json groups::pipeline() && {
  std::vector<placed_node> nodes;
  for (size_t i = 0; i < nodes_.size(); ++i)
    if (!ways_[i].is_gone)
      nodes.push_back(std::move(nodes_[i]));
  std::vector<written_edge> edges;
  for (size_t i = 0; i < edges_.size(); ++i)
    if (!is_left_out_[i])
      edges.push_back(std::move(edges_[i]));
  return pipeline_of(std::move(nodes), edges);
}

} // namespace troupe::config
