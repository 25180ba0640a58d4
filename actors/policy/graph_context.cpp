// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/graph_context.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace troupe {

graph_context::graph_context(size_t nodes, const plan::context_rules& rules)
  : rules_{rules}, before_(nodes), after_(nodes) {}

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
  auto next = *before_[node];
  for (auto& [key, what] : delta) {
    auto earlier = next.entries.find(key);
    auto over = earlier ? earlier->made_by : std::vector<size_t>{};
    for (auto number : over)
      writes_[number].is_overwritten = true;
    next.entries = next.entries.set(key, {what, {writes_.size()}});
    writes_.push_back({node, key, what, std::move(over)});
  }
  next.seen = next.seen.with(delta);
  after_[node] = std::make_shared<const sight_of_node>(std::move(next));
}

std::vector<changes> graph_context::left() const {
  std::map<size_t, changes> by_node;
  for (auto& x : writes_)
    if (!x.is_overwritten)
      by_node[x.node][x.key] = x.what;
  std::vector<changes> all;
  for (auto& [node, delta] : by_node)
    all.push_back(std::move(delta));
  return all;
}

expected<graph_context::shared_sight>
graph_context::merged_before(const std::vector<size_t>& predecessors) const {
  std::vector<shared_sight> all;
  std::set<const sight_of_node*> known;
  for (auto node : predecessors)
    if (known.insert(after_[node].get()).second && !after_[node]->entries.empty())
      all.push_back(after_[node]);
  if (all.size() < 2)
    return all.empty() ? base_ : all.front();
  std::map<std::string, std::vector<const entry*>, std::less<>> by_key;
  for (auto& one : all)
    one->entries.each([&](const std::string& key, const entry& x) { by_key[key].push_back(&x); });
  auto merged = *base_;
  changes delta;
  for (auto& [key, candidates] : by_key) {
    auto x = merged_key(key, candidates);
    if (!x)
      return unexpected{x.error()};
    delta[key] = x->what;
    merged.entries = merged.entries.set(key, std::move(*x));
  }
  merged.seen = merged.seen.with(delta);
  return std::make_shared<const sight_of_node>(std::move(merged));
}

expected<graph_context::entry>
graph_context::merged_key(const std::string& key, const std::vector<const entry*>& all) const {
  auto is_same = [&](auto x) { return x->made_by == all.front()->made_by; };
  if (std::all_of(all.begin(), all.end(), is_same))
    return *all.front();
  contested_key contested{base_->seen.find(key), {}};
  std::vector<size_t> made_by;
  for (auto x : uncovered(all)) {
    if (x->what != contested.base) // else it is as it was: no change
      contested.wanted.push_back(x->what);
    made_by.insert(made_by.end(), x->made_by.begin(), x->made_by.end());
  }
  std::sort(made_by.begin(), made_by.end());
  made_by.erase(std::unique(made_by.begin(), made_by.end()), made_by.end());
  if (contested.wanted.empty())
    return entry{contested.base, std::move(made_by)};
  if (!is_contested(contested))
    return entry{contested.wanted.front(), std::move(made_by)};
  // What has to be computed is the reducer's matter at the graph's end: up to then the last write.
  auto policy = std::get_if<plan::context_policy>(&rule_for(key, {}, rules_));
  auto what =
    troupe::merged(key, contested, policy ? *policy : plan::context_policy::last_write_wins);
  if (!what)
    return unexpected{what.error()};
  return entry{std::move(*what), std::move(made_by)};
}

/// Those whose writes are not all in another one, or below it.
std::vector<const graph_context::entry*>
graph_context::uncovered(const std::vector<const entry*>& all) const {
  std::vector<const entry*> kept;
  std::set<std::vector<size_t>> known;
  std::map<size_t, size_t> uses; // of a write, in different entries
  for (auto x : all)
    if (known.insert(x->made_by).second) {
      kept.push_back(x);
      for (auto number : x->made_by)
        ++uses[number];
    }
  auto may_be_covered = [&](const entry& x) {
    return std::all_of(x.made_by.begin(), x.made_by.end(), [&](auto number) {
      return writes_[number].is_overwritten || uses[number] > 1;
    });
  };
  for (size_t i = 0; i < kept.size();) {
    auto covers_it = [&](auto other) { return other != kept[i] && covers(*other, *kept[i]); };
    if (may_be_covered(*kept[i]) && std::any_of(kept.begin(), kept.end(), covers_it))
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
    else
      ++i;
  }
  return kept;
}

bool graph_context::covers(const entry& later, const entry& earlier) const {
  std::set<size_t, std::greater<>> todo(later.made_by.begin(), later.made_by.end());
  auto wanted = earlier.made_by; // what a write is over has smaller numbers
  while (!wanted.empty() && !todo.empty() && *todo.begin() >= wanted.back()) {
    auto number = *todo.begin();
    todo.erase(todo.begin());
    if (number == wanted.back())
      wanted.pop_back();
    todo.insert(writes_[number].over.begin(), writes_[number].over.end());
  }
  return wanted.empty();
}

} // namespace troupe
