// SPDX-License-Identifier: Apache-2.0
#include "tests/property/graph_writes.hpp"
#include "tests/property/referee.hpp"

namespace troupe::test {

using nlohmann::json;

namespace {

struct way {
  size_t from, to;
  std::string action;
  bool is_back;
};

/// What a graph or a list with `depends_on` says. An edge closes a cycle if it leads back to a node
/// from which its own start is reached.
std::vector<way> ways_of(const document& nodes, const document& edges) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < nodes.size(); ++i)
    places[nodes[i]["id"].get<std::string>()] = i;
  std::vector<way> all;
  for (auto& x : edges)
    all.push_back({places.at(x["from"]), places.at(x["to"]), x.value("action", "default"), false});
  for (auto& x : all) {
    std::vector<bool> reached(nodes.size());
    reached[x.to] = true;
    for (size_t i = 0; i < all.size(); ++i)
      for (auto& y : all)
        if (y.from < y.to && reached[y.from])
          reached[y.to] = true;
    x.is_back = x.from >= x.to && reached[x.from];
  }
  return all;
}

document edges_of_list(const document& nodes) {
  auto edges = document::array();
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].contains("depends_on") && i > 0)
      edges.push_back({{"from", nodes[i - 1]["id"]}, {"to", nodes[i]["id"]}});
    if (nodes[i].contains("depends_on"))
      for (auto& id : nodes[i]["depends_on"])
        edges.push_back({{"from", id}, {"to", nodes[i]["id"]}});
  }
  return edges;
}

} // namespace

/// Follows the ways of a graph, in an order that is not that of time: each node tells when the
/// next ones begin.
struct referee::graph_walk {
  referee& judge;
  const document& nodes;
  const std::vector<way>& ways;
  const step_result& r;
  const scene& s;
  bool is_fail_fast;
  moment stop;
  graph_writes writes;

  struct place {
    size_t unresolved = 0;
    moment when = 0;
    std::set<size_t> live = {};
    size_t visits = 0;
    const step_result* result = nullptr;
    json output = {};
  };
  std::vector<place> at = std::vector<place>(nodes.size());
  std::vector<bool> is_settled = std::vector<bool>(ways.size());
  std::vector<size_t> ready = {};
  std::map<std::string, json> left = {};
  bill spent = {};
  moment last = s.start;
  moment given_up = never; ///< the graph's own trouble: too many visits, or a conflict
  std::string code = {};
  bool is_degraded = false, is_complete = true;

  struct cycle {
    size_t entry, end;
    moment round_end = 0;
    bool again = false, has_stopped = false;
    std::vector<size_t> dead_ways = {}; ///< out of it, until it is over

    bool has(size_t node) const { return entry <= node && node <= end; }
    bool is_left_by(const way& x) const { return has(x.from) && !has(x.to); }
  };
  std::vector<cycle> cycles = {}; ///< inner ones first

  std::vector<bool> is_reachable = reachable();

  /// From nodes to which nothing leads; from the first one if there is none.
  std::vector<bool> reachable() const {
    std::vector<bool> all(nodes.size(), true);
    for (auto& x : ways)
      all[x.to] = false;
    if (std::find(all.begin(), all.end(), true) == all.end())
      all[0] = true;
    for (size_t i = 0; i < ways.size(); ++i) // ways lead forward, but for one
      for (auto& x : ways)
        all[x.to] = all[x.to] || all[x.from];
    return all;
  }

  bool is_inside(size_t node) const {
    return std::any_of(cycles.begin(), cycles.end(), [&](auto& x) { return x.has(node); });
  }

  bool has_ready(const cycle& x) const {
    return std::any_of(ready.begin(), ready.end(), [&](auto node) { return x.has(node); });
  }

  void stop_cycles_of(size_t node) {
    is_complete = false;
    for (auto& x : cycles)
      x.has_stopped = x.has_stopped || x.has(node);
  }

  void walk() {
    for (auto& x : ways) {
      at[x.to].unresolved += x.is_back || !is_reachable[x.from] ? 0 : 1;
      if (x.is_back)
        cycles.push_back({x.to, x.from});
    }
    std::sort(cycles.begin(), cycles.end(),
              [](auto& x, auto& y) { return x.end - x.entry < y.end - y.entry; });
    for (size_t i = 0; i < at.size(); ++i) {
      at[i].when = s.start;
      if (at[i].unresolved == 0 && is_reachable[i])
        ready.push_back(i);
    }
    while (!ready.empty()) {
      auto node = ready.back();
      ready.pop_back();
      visit(node);
      for (auto& x : cycles)
        if (x.has(node) && !has_ready(x))
          end_round(x);
    }
  }

  void give_up(moment when, const std::string& why) {
    if (when < given_up)
      code = why;
    given_up = std::min(given_up, when);
  }

  json input_of(size_t node) const {
    auto& from = at[node].live;
    if (from.empty())
      return s.input;
    if (from.size() == 1)
      return at[*from.begin()].output;
    auto all = json::object();
    for (auto one : from)
      all[nodes[one]["id"].get<std::string>()] = at[one].output;
    return all;
  }

  void visit(size_t node, const cycle* again = nullptr) {
    auto& x = at[node];
    auto& child = nodes[node];
    if (x.visits >= child.value("max_visits", 100U))
      return give_up(x.when, "loop_limit");
    auto here = s;
    here.start = x.when;
    here.stop = stop;
    here.input = again ? at[again->end].output : input_of(node);
    auto seen = std::vector<size_t>(x.live.begin(), x.live.end());
    if (again)
      seen.push_back(again->end);
    if (!writes.begin(node, seen))
      return give_up(x.when, "merge_conflict");
    here.context = writes.seen_by(node);
    for (auto& id : ids_in(child)) // of an earlier visit
      left.erase(id);
    for (auto& [id, output] : left)
      here.outputs[id] = output;
    ++x.visits;
    auto path =
      is_inside(node) ? inside(r.path, child, x.visits) : inside(r.path, json(child["id"]));
    auto found = judge.child_of(r, path);
    if (!found || x.when > stop) {
      judge.want(!found, path, "no start", "one");
      judge.want(x.when >= stop, path, "a start at " + text(x.when), "none");
      return stop_cycles_of(node);
    }
    x.result = found;
    auto y = judge.whole(child, *x.result, here);
    last = std::max(last, y.end);
    spent += y.spent;
    x.output = y.output;
    for (auto& [id, output] : y.left)
      left[id] = output;
    for (auto& around : cycles)
      if (around.has(node))
        around.round_end = std::max(around.round_end, y.end);
    if (y.how == status::cancelled)
      return stop_cycles_of(node);
    is_degraded = is_degraded || y.how == status::degraded || y.how == status::failed;
    writes.changed(node, y.changes);
    if (y.how == status::failed && is_fail_fast && !leads_on_error(node))
      return; // it ends the graph
    lead_on(node, y);
  }

  bool leads_on_error(size_t node) const {
    return std::any_of(ways.begin(), ways.end(),
                       [&](auto& x) { return x.from == node && x.action == "error"; });
  }

  void lead_on(size_t node, const ending& y) {
    auto action = y.how == status::failed ? "error" : y.action;
    auto is_known = std::any_of(ways.begin(), ways.end(),
                                [&](auto& x) { return x.from == node && x.action == action; });
    if (!is_known && y.how != status::failed)
      action = "default";
    for (size_t i = 0; i < ways.size(); ++i) {
      if (ways[i].from != node)
        continue;
      auto is_alive = ways[i].action == action;
      auto around = cycle_of(ways[i]);
      if (ways[i].is_back)
        around->again = around->again || is_alive;
      else if (!is_alive && around)
        around->dead_ways.push_back(i); // the cycle may come by again
      else
        settle(i, is_alive, y.end);
    }
  }

  /// The one that it closes, or the outermost one that it leads out of; null: none.
  cycle* cycle_of(const way& x) {
    cycle* found = nullptr;
    for (auto& one : cycles)
      if (x.is_back ? one.entry == x.to && one.end == x.from : one.is_left_by(x))
        found = &one;
    return found;
  }

  void settle(size_t number, bool is_alive, moment when) {
    if (ways[number].is_back || is_settled[number])
      return;
    is_settled[number] = true;
    auto& to = at[ways[number].to];
    to.when = std::max(to.when, when);
    if (is_alive)
      to.live.insert(ways[number].from);
    if (--to.unresolved > 0)
      return;
    if (!to.live.empty())
      return ready.push_back(ways[number].to);
    for (size_t i = 0; i < ways.size(); ++i)
      if (ways[i].from == ways[number].to)
        settle(i, false, to.when);
  }

  void end_round(cycle& x) {
    if (x.round_end > stop || x.has_stopped)
      return;
    if (!x.again) {
      for (auto way : std::exchange(x.dead_ways, {}))
        settle(way, false, x.round_end);
      return;
    }
    x.again = false;
    x.dead_ways.clear();
    for (size_t i = 0; i < ways.size(); ++i)
      if (!ways[i].is_back && x.has(ways[i].from) && x.has(ways[i].to)) {
        at[ways[i].to].unresolved += is_settled[i] ? 1 : 0;
        at[ways[i].to].live.clear();
        is_settled[i] = false;
      }
    at[x.entry].when = x.round_end;
    visit(x.entry, &x);
    if (!has_ready(x))
      end_round(x);
  }
};

ending referee::graph(const document& node, const step_result& r, const scene& s, moment limit) {
  auto& written = node["graph"];
  return walked(node, written["nodes"], written.value("edges", document::array()), r, s, limit);
}

ending referee::depending(const document& node, const document& list, const step_result& r,
                          const scene& s, moment limit) {
  return walked(node, list, edges_of_list(list), r, s, limit);
}

ending referee::walked(const document& node, const document& nodes, const document& edges,
                       const step_result& r, const scene& s, moment limit) {
  auto ways = ways_of(nodes, edges);
  auto is_fail_fast = !node.contains("graph") || node.value("on_error", "fail_fast") == "fail_fast";
  auto policy_of = [&](const std::string& key) { return policy_for(document::object(), key); };
  auto walk_until = [&](moment stop) {
    graph_walk w{*this, nodes,        ways, r,
                 s,     is_fail_fast, stop, {s.context, nodes.size(), policy_of}};
    w.walk();
    return w;
  };
  auto decided = never; // by a failure that no edge takes
  std::set<std::string> causes;
  auto first = never;
  for (size_t i = 0; i < nodes.size(); ++i) {
    auto takes_errors = std::any_of(ways.begin(), ways.end(),
                                    [&](auto& x) { return x.from == i && x.action == "error"; });
    auto path = inside(r.path, json(nodes[i]["id"]));
    for (auto& x : r.children) {
      auto is_visit = x->path == path || x->path.starts_with(path + "#");
      if (!is_visit || x->status != status::failed || takes_errors || has_not_begun(*x))
        continue;
      if (end_of(*x) < first)
        causes.clear();
      if (end_of(*x) <= first)
        causes.insert(code_of(*x));
      first = std::min(first, end_of(*x));
    }
  }
  if (is_fail_fast)
    decided = first;
  auto stop = std::min(s.stop, limit);
  auto complaints = complaints_;
  auto calls = calls_;
  auto w = walk_until(std::min(stop, decided));
  auto known = std::min(stop, decided);
  std::set<std::string> own{w.code};
  if (!is_fail_fast) // an earlier failure that was tolerated hides why it gave up
    own.insert(causes.begin(), causes.end());
  auto is_own = w.given_up == known && r.error && own.contains(code_of(r));
  if (w.given_up < known || (w.given_up != never && is_own)) { // again, with what is known now
    complaints_ = complaints;
    calls_ = calls;
    return conclude_graph(node, nodes, r, s, limit, walk_until(w.given_up), w.given_up, own);
  }
  return conclude_graph(node, nodes, r, s, limit, w, decided, causes);
}

ending referee::conclude_graph(const document& node, const document& nodes, const step_result& r,
                               const scene& s, moment limit, const graph_walk& w, moment decided,
                               const std::set<std::string>& causes) {
  ending e{.output = {}, .left = w.left, .spent = w.spent};
  natural_end natural{.at = decided != never ? decided : w.is_complete ? w.last : never};
  auto ends = json::object(), all = json::array();
  size_t terminals = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {
    auto& x = w.at[i];
    all.push_back(x.result ? as_value(*x.result, {.children = false}).json() : json());
    auto leads_on =
      std::any_of(w.ways.begin(), w.ways.end(), [&](auto& y) { return y.from == i && !y.is_back; });
    if (leads_on || !w.is_reachable[i])
      continue;
    ++terminals;
    if (x.result && x.result->ok())
      ends[nodes[i]["id"].get<std::string>()] = x.output;
  }
  if (decided != never || (ends.empty() && !causes.empty())) {
    natural.how = status::failed;
    natural.codes = causes;
  } else if (natural.at != never) {
    natural.how = w.is_degraded ? status::degraded : status::succeeded;
    natural.output = terminals == 1 && ends.size() == 1 ? ends.front() : ends;
    auto policy_of = [&](const std::string& key) { return policy_for(document::object(), key); };
    auto changes = joined(s.context, w.writes.left(), policy_of);
    if (changes)
      e.changes = *changes;
    else
      natural = {.at = natural.at, .how = status::failed, .codes = {"merge_conflict"}};
  }
  document shape{{"graph", true}};
  for (auto key : {"set", "output"})
    if (node.contains(key))
      shape[key] = node[key];
  e = conclude(shape, r, s, limit, natural, w.last, e);
  check_failed_list(r, all, e);
  return e;
}

} // namespace troupe::test
