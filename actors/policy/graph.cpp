// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/graph.hpp"

#include "actors/policy/merge.hpp"
#include "actors/policy/sequence.hpp"

#include <algorithm>

namespace troupe {

graph_policy::graph_policy(const plan::graph& spec, const plan::context_rules& rules)
  : spec_{spec}, context_{spec.nodes.size(), rules}, out_(spec.nodes.size()),
    cycles_of_(spec.nodes.size()), unresolved_(spec.nodes.size()), live_(spec.nodes.size()),
    results_(spec.nodes.size()), visits_(spec.nodes.size()), is_settled_(spec.edges.size()),
    active_(spec.nodes.size()) {
  for (auto& edge : spec.edges) {
    out_[edge.from].push_back(&edge);
    unresolved_[edge.to] += !edge.is_back && spec.reachable[edge.from] ? 1 : 0;
  }
  for (node_index entry = 0; entry < spec.cycles.size(); ++entry)
    for (auto node : spec.cycles[entry]) {
      cycles_of_[node].push_back(entry);
      is_inside_[entry].resize(spec.nodes.size());
      is_inside_[entry][node] = true;
    }
  auto is_smaller = [&](auto x, auto y) { return spec.cycles[x].size() < spec.cycles[y].size(); };
  for (auto& around : cycles_of_) // inner ones first
    std::stable_sort(around.begin(), around.end(), is_smaller);
}

directive graph_policy::on_start(const given& x) {
  input_ = x.input;
  context_.begin(x.context);
  for (node_index node = 0; node < unresolved_.size(); ++node)
    if (unresolved_[node] == 0 && spec_.reachable[node])
      make_ready(node);
  return next();
}

directive graph_policy::on_settled(const settled& x) {
  return x.child < spec_.nodes.size() ? on_node(x) : on_action(x);
}

directive graph_policy::on_node(const settled& x) {
  results_[x.child] = x.result;
  if (!x.result->ok()) {
    degraded_ = true;
    auto is_tolerated = !stopping_ && has_error_edge(x.child);
    if (!is_tolerated && !cause_)
      cause_ = x.result->error;
    stopping_ = stopping_ || (!is_tolerated && spec_.on_error == plan::on_error::fail_fast);
    return after(x.child, std::string{plan::error_action});
  }
  degraded_ = degraded_ || x.result->status == status::degraded;
  context_.changed(x.child, x.delta);
  if (spec_.nodes[x.child].action && x.result->status != status::skipped && !stopping_)
    return launch{{{.child = spec_.nodes.size() + x.child,
                    .input = x.result->output,
                    .context = context_.after(x.child)}}};
  return after(x.child, x.result->action);
}

directive graph_policy::on_action(const settled& x) {
  auto& name = x.result->output;
  auto is_right = x.result->ok() && (name.is_string() || name.is_null());
  if (!is_right)
    stop(x.result->ok()
           ? error{.code = errc::invalid_output,
                   .message = std::string{"action: wanted a text, got "} + name.type_name()}
           : *x.result->error);
  return after(x.child - spec_.nodes.size(), is_right && name.is_string() ? name.text() : "");
}

void graph_policy::stop(error why) {
  if (!stopping_) // a failure that was tolerated is not the cause
    cause_ = std::move(why);
  stopping_ = true;
}

/// A node has ended, and this is where it leads.
directive graph_policy::after(node_index node, const std::string& action) {
  --running_;
  for (auto entry : cycles_of_[node])
    --active_[entry];
  if (!stopping_) {
    resolve(node, action);
    end_cycles_of(node);
  }
  return next();
}

directive graph_policy::next() {
  auto ready = std::exchange(ready_, {});
  if (!stopping_ && !ready.children.empty())
    return ready;
  running_ -= ready.children.size(); // they are not started after all
  if (running_ == 0)
    return conclude();
  return stopping_ && !std::exchange(has_cancelled_, stopping_) ? directive{cancel_rest{}}
                                                                : directive{wait{}};
}

/// Edges without an action of their own are for every action that has no edge.
void graph_policy::resolve(node_index node, const std::string& action) {
  auto is_taken = [&](auto edge) { return edge->action == action; };
  auto is_known = std::any_of(out_[node].begin(), out_[node].end(), is_taken);
  auto has_failed = !results_[node]->ok();
  auto taken = is_known || has_failed ? std::string_view{action} : plan::default_action;
  for (auto edge : out_[node]) {
    auto is_alive = edge->action == taken;
    if (edge->is_back && is_alive)
      again_[edge->to] = node;
    if (edge->is_back)
      continue;
    auto cycle = cycle_left_by(*edge);
    if (is_alive || !cycle)
      settle_edge(*edge, is_alive);
    else
      dead_at_end_[*cycle].push_back(edge); // the cycle may come by again
  }
}

/// Whether the edge was undecided until now; those out of a cycle may come by several times.
bool graph_policy::take_edge(const plan::edge& edge) {
  auto number = static_cast<size_t>(&edge - spec_.edges.data());
  if (edge.is_back || is_settled_[number])
    return false;
  is_settled_[number] = true;
  --unresolved_[edge.to];
  return true;
}

void graph_policy::settle_edge(const plan::edge& edge, bool is_alive) {
  if (!take_edge(edge))
    return;
  if (is_alive)
    live_[edge.to].push_back(edge.from);
  if (unresolved_[edge.to] > 0)
    return;
  if (live_[edge.to].empty())
    pass_over(edge.to);
  else
    make_ready(edge.to);
}

/// No edge into it is alive; nor is one out of it. A list in place of recursion: chains are long.
void graph_policy::pass_over(node_index first) {
  std::vector<node_index> todo{first};
  while (!todo.empty()) {
    auto node = todo.back();
    todo.pop_back();
    for (auto edge : out_[node]) {
      if (!take_edge(*edge) || unresolved_[edge->to] > 0)
        continue;
      if (live_[edge->to].empty())
        todo.push_back(edge->to);
      else
        make_ready(edge->to);
    }
  }
}

void graph_policy::make_ready(node_index node, std::optional<node_index> again_from) {
  auto& from = live_[node];
  std::sort(from.begin(), from.end());
  from.erase(std::unique(from.begin(), from.end()), from.end());
  if (static_cast<int>(visits_[node]) >= spec_.nodes[node].max_visits)
    return stop(too_many_visits(spec_.nodes[node]));
  auto seen = from;
  if (again_from)
    seen.push_back(*again_from);
  auto where = context_.behind(node, seen);
  if (!where)
    return stop(where.error());
  ++running_;
  for (auto entry : cycles_of_[node])
    ++active_[entry];
  auto input = again_from ? results_[*again_from]->output : input_for(node);
  ready_.children.push_back({.child = node,
                             .input = std::move(input),
                             .number = visits_[node]++,
                             .context = std::move(*where)});
}

/// A cycle in which nothing runs any more is run again if it was asked for, and else is over.
void graph_policy::end_cycles_of(node_index node) {
  for (auto entry : cycles_of_[node]) {
    if (active_[entry] > 0 || stopping_)
      continue;
    if (again_.contains(entry)) {
      run_again(entry);
      continue;
    }
    for (auto edge : std::exchange(dead_at_end_[entry], {}))
      settle_edge(*edge, false);
  }
}

void graph_policy::run_again(node_index entry) {
  auto from = again_.at(entry);
  for (auto node : spec_.cycles[entry]) {
    dead_at_end_.erase(node); // if it is the entry of a cycle
    again_.erase(node);
    if (node != entry)
      live_[node].clear();
    for (auto edge : out_[node]) {
      if (edge->is_back || !is_inside_[entry][edge->to])
        continue;
      auto number = static_cast<size_t>(edge - spec_.edges.data());
      unresolved_[edge->to] += is_settled_[number] ? 1 : 0;
      is_settled_[number] = false;
    }
  }
  make_ready(entry, from);
}

/// The outermost cycle that the edge leads out of.
std::optional<size_t> graph_policy::cycle_left_by(const plan::edge& edge) const {
  std::optional<node_index> found;
  for (auto entry : cycles_of_[edge.from]) // inner ones first
    if (!is_inside_.at(entry)[edge.to])
      found = entry;
  return found;
}

value graph_policy::input_for(node_index node) const {
  auto& from = live_[node];
  if (from.empty())
    return input_;
  if (from.size() == 1)
    return results_[from.front()]->output;
  std::vector<value::member> all;
  for (auto one : from)
    all.emplace_back(spec_.nodes[one].id, results_[one]->output);
  return value::object(std::move(all));
}

bool graph_policy::has_error_edge(node_index node) const {
  return std::any_of(out_[node].begin(), out_[node].end(),
                     [](auto edge) { return edge->action == plan::error_action; });
}

directive graph_policy::on_timeout(error why) {
  stopping_ = true;
  cause_ = std::move(why);
  return cancel_rest{};
}

directive graph_policy::conclude() {
  if (stopping_)
    return fail(*cause_);
  std::vector<value::member> ends;
  size_t terminals = 0;
  for (node_index node = 0; node < out_.size(); ++node) {
    auto leads_on =
      std::any_of(out_[node].begin(), out_[node].end(), [](auto edge) { return !edge->is_back; });
    if (leads_on || !spec_.reachable[node])
      continue;
    ++terminals;
    if (results_[node] && results_[node]->ok())
      ends.emplace_back(spec_.nodes[node].id, results_[node]->output);
  }
  if (ends.empty() && cause_)
    return fail(*cause_);
  auto output = terminals == 1 && ends.size() == 1 ? ends.front().second : value::object(ends);
  return finish{{.status = degraded_ ? status::degraded : status::succeeded, .output = output},
                context_.left()};
}

directive graph_policy::fail(error why) {
  return give_up{std::move(why), list_of_results(results_)};
}

} // namespace troupe
