// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/graph_context.hpp"

#include <algorithm>

namespace troupe {

graph_context::graph_context(const plan::graph& spec, const plan::context_rules& rules)
  : rules_{rules}, next_(spec.nodes.size()), before_(spec.nodes.size()), after_(spec.nodes.size()),
    own_(spec.nodes.size()) {
  for (auto& edge : spec.edges)
    if (!edge.is_back)
      next_[edge.from].push_back(edge.to);
}

void graph_context::begin(context base) {
  base_ = std::make_shared<const sight_of_node>(sight_of_node{{}, std::move(base)});
}

expected<context> graph_context::behind(size_t node, const std::vector<size_t>& predecessors) {
  auto merged = merged_before(predecessors);
  if (!merged)
    return unexpected{merged.error()};
  before_[node] = after_[node] = *merged;
  return (*merged)->seen;
}

context graph_context::after(size_t node) const { return after_[node]->seen; }

void graph_context::changed(size_t node, const changes& delta) {
  if (delta.empty())
    return;
  for (auto& [key, what] : delta) // it may have written others before, in a cycle
    own_[node][key] = what;
  auto next = *before_[node];
  for (auto& [key, what] : delta) {
    if (auto earlier = next.writes.find(key))
      for (auto writer : earlier->writers)
        overwritten_.emplace(key, writer);
    overwritten_.erase({key, node}); // it may have run before, in a cycle
    next.writes = next.writes.set(key, {what, {node}});
  }
  next.seen = next.seen.with(delta);
  after_[node] = std::make_shared<const sight_of_node>(std::move(next));
}

std::vector<changes> graph_context::left() const {
  std::vector<changes> all;
  for (size_t node = 0; node < own_.size(); ++node) {
    auto delta = own_[node];
    std::erase_if(delta, [&](auto& x) { return overwritten_.contains({x.first, node}); });
    if (!delta.empty())
      all.push_back(std::move(delta));
  }
  return all;
}

expected<graph_context::shared_sight>
graph_context::merged_before(const std::vector<size_t>& predecessors) const {
  std::vector<shared_sight> all;
  std::set<const sight_of_node*> known;
  for (auto node : predecessors)
    if (known.insert(after_[node].get()).second && !after_[node]->writes.empty())
      all.push_back(after_[node]);
  if (all.size() < 2)
    return all.empty() ? base_ : all.front();
  std::map<std::string, std::vector<const write*>, std::less<>> by_key;
  for (auto& one : all)
    one->writes.each([&](const std::string& key, const write& x) { by_key[key].push_back(&x); });
  auto merged = *base_;
  changes delta;
  for (auto& [key, candidates] : by_key) {
    auto x = merged_key(key, std::move(candidates));
    if (!x)
      return unexpected{x.error()};
    delta[key] = x->what;
    merged.writes = merged.writes.set(key, std::move(*x));
  }
  merged.seen = merged.seen.with(delta);
  return std::make_shared<const sight_of_node>(std::move(merged));
}

expected<graph_context::write> graph_context::merged_key(const std::string& key,
                                                         std::vector<const write*> all) const {
  auto same = [&](auto x) { return x->writers == all.front()->writers; };
  if (std::all_of(all.begin(), all.end(), same))
    return *all.front();
  auto is_overwritten = [&](const write* x) {
    auto by_somebody = std::all_of(x->writers.begin(), x->writers.end(), [&](auto writer) {
      return overwritten_.contains({key, writer});
    });
    return by_somebody && std::any_of(all.begin(), all.end(), [&](auto other) {
             return other->writers != x->writers &&
                    std::all_of(x->writers.begin(), x->writers.end(), [&](auto earlier) {
                      return std::any_of(other->writers.begin(), other->writers.end(),
                                         [&](auto later) {
                                           return later != earlier && comes_after(later, earlier);
                                         });
                    });
           });
  };
  std::vector<const write*> kept;
  std::set<std::vector<size_t>> known;
  for (auto x : all)
    if (known.insert(x->writers).second && !is_overwritten(x))
      kept.push_back(x);
  contested_key contested{base_->seen.find(key), {}};
  write merged;
  for (auto x : kept) {
    if (x->what != contested.base) // else it is as it was: no change
      contested.wanted.push_back(x->what);
    merged.writers.insert(merged.writers.end(), x->writers.begin(), x->writers.end());
  }
  std::sort(merged.writers.begin(), merged.writers.end());
  merged.writers.erase(std::unique(merged.writers.begin(), merged.writers.end()),
                       merged.writers.end());
  if (contested.wanted.empty() || !is_contested(contested)) {
    merged.what = contested.wanted.empty() ? contested.base : contested.wanted.front();
    return merged;
  }
  auto what = troupe::merged(key, contested, rule_for(key, {}, rules_).policy);
  if (!what)
    return unexpected{what.error()};
  merged.what = std::move(*what);
  return merged;
}

bool graph_context::comes_after(size_t later, size_t earlier) const {
  std::vector<bool> seen(next_.size());
  std::vector<size_t> todo{earlier};
  while (!todo.empty()) {
    auto node = todo.back();
    todo.pop_back();
    for (auto to : next_[node]) {
      if (to == later)
        return true;
      if (!seen[to]) {
        seen[to] = true;
        todo.push_back(to);
      }
    }
  }
  return false;
}

} // namespace troupe
