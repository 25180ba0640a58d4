// SPDX-License-Identifier: Apache-2.0
#include "tests/property/joins.hpp"
#include "tests/property/referee.hpp"

namespace troupe::test {

using nlohmann::json;

std::string strategy_of(const document& node) {
  if (!node.contains("merge"))
    return "collect_all";
  return node["merge"].is_object() ? node["merge"].begin().key() : node["merge"].get<std::string>();
}

/// What each branch is given; null: nothing, so that it is skipped.
std::optional<std::vector<std::optional<json>>> dealt_out(const document& node, const json& input,
                                                          size_t count) {
  std::vector<std::optional<json>> all(count);
  if (!node.contains("split")) {
    all.assign(count, input);
    return all;
  }
  if (!input.is_array())
    return {};
  auto is_dealt = node["split"] == "round_robin";
  size_t longest = input.size() / count + (input.size() % count > 0 ? 1 : 0);
  auto long_ones = input.size() % count == 0 ? count : input.size() % count;
  for (size_t i = 0; i < input.size(); ++i) {
    auto in_long = long_ones * longest;
    auto to = is_dealt      ? i % count
              : i < in_long ? i / longest
                            : long_ones + (i - in_long) / (longest - 1);
    if (!all[to])
      all[to] = json::array();
    all[to]->push_back(input[i]);
  }
  return all;
}

/// The branches that have begun and ended, as their ends came to the group.
std::vector<size_t> referee::arrivals(const step_result& r, size_t count) const {
  std::vector<std::pair<size_t, size_t>> all;
  for (size_t i = 0; i < count; ++i) {
    auto& x = *r.children[i];
    if (has_not_begun(x))
      continue;
    auto told = told_.contains(&x) ? &x : ended_within(x.path, start_of(x), end_of(x));
    auto at = std::find_if(what_.ended.rbegin(), what_.ended.rend(),
                           [&](auto& y) { return y.get() == told; });
    all.emplace_back(what_.ended.rend() - at, i);
  }
  std::sort(all.begin(), all.end());
  std::vector<size_t> order;
  for (auto& [at, i] : all)
    order.push_back(i);
  return order;
}

namespace {

std::map<json, size_t> counted(const std::vector<json>& outputs) {
  std::map<json, size_t> votes;
  for (auto& x : outputs)
    ++votes[x];
  return votes;
}

/// The most frequent one, and of those the first.
const json& most_frequent(const std::vector<json>& outputs) {
  auto votes = counted(outputs);
  auto best = &outputs.front();
  for (auto& x : outputs)
    if (votes[x] > votes[*best])
      best = &x;
  return *best;
}

} // namespace

/// When enough have succeeded, or enough have failed, or enough have voted: in order of arrival.
early_end referee::early_end_of(const document& node, const step_result& r, size_t count) const {
  early_end out;
  auto strategy = strategy_of(node);
  if (strategy != "quorum" && strategy != "majority_vote")
    return out;
  auto wanted = strategy == "quorum" ? node["merge"]["quorum"].get<size_t>() : 0;
  std::map<size_t, json> good;
  size_t open = count;
  auto has_trouble = false;
  auto ends_at_failure = node.value("on_error", "continue") != "continue";
  for (auto i : arrivals(r, count)) {
    auto& x = *r.children[i];
    --open;
    if (x.success())
      good[i] = x.output.json();
    std::vector<json> outputs;
    for (auto& [at, output] : good)
      outputs.push_back(output);
    has_trouble = has_trouble || !x.ok();
    auto is_voted = [&] {
      if (outputs.empty())
        return false;
      auto votes = counted(outputs);
      auto& best = most_frequent(outputs);
      auto can_win = [&](auto& y) { return y.first != best && y.second + open >= votes[best]; };
      return open < votes[best] && std::none_of(votes.begin(), votes.end(), can_win);
    };
    auto is_enough = strategy == "quorum" ? good.size() >= wanted : is_voted();
    auto is_lost = strategy == "quorum" && has_trouble && good.size() + open < wanted;
    if (!is_enough && !x.ok() && ends_at_failure)
      return {};
    if (x.status == status::cancelled || (!is_enough && !is_lost))
      continue;
    out.at = end_of(x);
    out.has_failed = !is_enough;
    break;
  }
  for (auto& [i, output] : good)
    out.used.insert(i);
  return out;
}

/// What a quorum or a vote makes of those that were in time.
void referee::elect(const document& node, const step_result& r, const scene& s,
                    const std::vector<ending>& all, natural_end& natural, ending& e) {
  auto decided = early_end_of(node, r, all.size());
  auto is_vote = strategy_of(node) == "majority_vote";
  if (!is_vote && (decided.at == never || decided.has_failed)) {
    natural.how = status::failed;
    natural.codes.insert({"quorum_unreachable", "step_failed"});
    return;
  }
  std::vector<json> outputs;
  std::vector<delta> changes;
  for (auto i : decided.used) {
    outputs.push_back(all[i].output);
    changes.push_back(all[i].changes);
    e.left.insert(all[i].left.begin(), all[i].left.end());
    if (all[i].how == status::degraded)
      natural.how = status::degraded;
  }
  natural.output = is_vote ? most_frequent(outputs) : json(outputs);
  merge_changes(node, s, changes, natural, e);
}

/// A node, or a program, makes the output of all results.
void referee::reduce(const document& node, const step_result& r, const scene& s, moment stop,
                     std::vector<delta>& changes, natural_end& natural, ending& e) {
  auto list = list_of(r, node["parallel"].size());
  if (strategy_of(node) == "reduce") {
    auto statuses = json::array();
    for (auto& x : list)
      statuses.push_back(x.is_null() ? json() : x["status"]);
    natural.output = node["merge"]["reduce"] == "length" ? json(list.size()) : statuses;
    return;
  }
  auto& child = node["merge"]["node"];
  auto path = inside(r.path, child["id"].get<std::string>());
  auto x = child_of(r, path);
  if (!x) {
    want(natural.at >= stop, path, "a start at " + text(natural.at), "none");
    natural.at = never;
    return;
  }
  auto here = s;
  here.context = shared_context(node, s);
  here.start = natural.at;
  here.stop = stop;
  here.input = list;
  for (auto& [id, output] : e.left)
    here.outputs[id] = output;
  auto y = whole(child, *x, here);
  e.spent += y.spent;
  natural.at = y.how == status::cancelled ? never : y.end;
  natural.output = y.output;
  if (y.how == status::degraded)
    natural.how = status::degraded;
  if (y.how == status::failed) {
    natural.how = status::failed;
    natural.codes = {code_of(*x)};
  }
  changes.push_back(y.changes);
  for (auto& [id, output] : y.left)
    e.left[id] = output;
}

/// Branches see only what is shared with them.
json referee::shared_context(const document& node, const scene& s) const {
  if (!node.contains("share"))
    return s.context;
  auto part = json::object();
  for (auto& key : node["share"])
    if (s.context.contains(key.get<std::string>()))
      part[key.get<std::string>()] = s.context.at(key.get<std::string>());
  return part;
}

} // namespace troupe::test
