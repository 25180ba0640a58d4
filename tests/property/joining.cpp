// SPDX-License-Identifier: Apache-2.0
#include "tests/property/joining.hpp"

#include <algorithm>

namespace troupe::test {

using nlohmann::json;
using values = std::vector<std::optional<json>>;

json with(json context, const delta& changes) {
  for (auto& [key, x] : changes)
    if (x)
      context[key] = *x;
    else
      context.erase(key);
  return context;
}

namespace {

joined_key listed(const json& base, const values& wanted, bool unique) {
  auto all = json::array();
  auto add = [&](const json& item) {
    if (!unique || std::find(all.begin(), all.end(), item) == all.end())
      all.push_back(item);
  };
  for (auto& item : base)
    add(item);
  for (auto& list : wanted) {
    auto is_longer =
      list->size() >= base.size() && std::equal(base.begin(), base.end(), list->begin());
    for (size_t i = is_longer ? base.size() : 0; i < list->size(); ++i)
      add(list->at(i));
  }
  return {false, all};
}

joined_key added_up(const json& base, const values& wanted) {
  auto sum = base.get<int64_t>();
  for (auto& x : wanted)
    sum += x->get<int64_t>() - base.get<int64_t>();
  return {false, json(sum)};
}

/// Writes what differs from the base; where both are objects, member by member.
void overlay(json& onto, const json& base, const json& wanted) {
  for (auto& [name, x] : wanted.items()) {
    auto before = base.is_object() && base.contains(name) ? base.at(name) : json();
    if (base.is_object() && base.contains(name) && before == x)
      continue;
    if (x.is_object() && onto.contains(name) && onto[name].is_object())
      overlay(onto[name], before, x);
    else
      onto[name] = x;
  }
}

json neutral(const std::string& policy, const values& wanted) {
  if (policy == "append" || policy == "union")
    return json::array();
  if (policy == "deep_merge")
    return json::object();
  return policy == "sum" ? json(0) : *wanted.front();
}

} // namespace

joined_key join_key(const std::string& policy, const std::optional<json>& before,
                    const values& wanted) {
  if (policy == "last_write_wins")
    return {false, wanted.back()};
  if (policy == "first_write_wins")
    return {false, wanted.front()};
  if (policy == "error" || std::any_of(wanted.begin(), wanted.end(), [](auto& x) { return !x; }))
    return {true};
  auto base = before && !before->is_null() ? *before : neutral(policy, wanted);
  auto is_list = policy == "append" || policy == "union";
  auto fits = [&](const json& x) {
    return is_list ? x.is_array() : policy == "deep_merge" ? x.is_object() : x.is_number();
  };
  if (!fits(base) || !std::all_of(wanted.begin(), wanted.end(), [&](auto& x) { return fits(*x); }))
    return {true};
  if (is_list)
    return listed(base, wanted, policy == "union");
  if (policy == "sum")
    return added_up(base, wanted);
  if (policy == "deep_merge") {
    auto all = base;
    for (auto& x : wanted)
      overlay(all, base, *x);
    return {false, all};
  }
  auto best = base;
  for (auto& x : wanted)
    best = policy == "max" ? std::max(best, *x) : std::min(best, *x);
  return {false, best};
}

namespace {

void merge_into(json& onto, const json& x) {
  for (auto& [name, member] : x.items())
    if (member.is_object() && onto.contains(name) && onto[name].is_object())
      merge_into(onto[name], member);
    else
      onto[name] = member;
}

} // namespace

std::optional<json> combined(const std::vector<json>& outputs, const std::string& separator) {
  auto all = outputs.front();
  for (size_t i = 1; i < outputs.size(); ++i) {
    auto& next = outputs[i];
    if (all.is_string() && next.is_string())
      all = all.get<std::string>() + separator + next.get<std::string>();
    else if (all.is_array() && next.is_array())
      all.insert(all.end(), next.begin(), next.end());
    else if (all.is_object() && next.is_object())
      merge_into(all, next);
    else
      return {};
  }
  return all;
}

} // namespace troupe::test
