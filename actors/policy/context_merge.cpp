// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/context_merge.hpp"

#include <algorithm>

namespace troupe {

using nlohmann::json;
using merge_result = expected<std::optional<value>>;

namespace {

merge_result conflict_of(const std::string& key, const std::string& why) {
  return failure(errc::merge_conflict, "context." + key + ": " + why);
}

json base_or(const contested_key& x, json neutral) {
  return x.base && !x.base->is_null() ? x.base->json() : std::move(neutral);
}

/// What every branch wants, as JSON of one type.
expected<std::vector<json>> values_of(const std::string& key, const contested_key& x,
                                      bool (json::*is_type)() const noexcept, const char* type) {
  std::vector<json> all;
  for (auto& one : x.wanted) {
    if (!one || !(one->json().*is_type)())
      return failure(errc::merge_conflict, "context." + key + ": wanted " + type + ", got " +
                                             (one ? one->type_name() : "nothing: erased"));
    all.push_back(one->json());
  }
  return all;
}

/// What a branch added to the base: its list less the base as prefix, else all of it.
json added(const json& base, const json& list) {
  auto has_prefix =
    list.size() >= base.size() && std::equal(base.begin(), base.end(), list.begin());
  auto skip = has_prefix ? static_cast<std::ptrdiff_t>(base.size()) : 0;
  return json(std::vector<json>(list.begin() + skip, list.end()));
}

merge_result merge_lists(const std::string& key, const contested_key& x, bool unique) {
  auto lists = values_of(key, x, &json::is_array, "a list");
  if (!lists)
    return unexpected{lists.error()};
  auto base = base_or(x, json::array());
  if (!base.is_array())
    return conflict_of(key, std::string{"wanted a list as base, got "} + base.type_name());
  auto all = json::array();
  auto add = [&](const json& item) {
    if (!unique || std::find(all.begin(), all.end(), item) == all.end())
      all.push_back(item);
  };
  std::for_each(base.begin(), base.end(), add);
  for (auto& list : *lists)
    for (auto& item : added(base, list))
      add(item);
  return value{std::move(all)};
}

json plus(const json& x, const json& y) {
  int64_t exact = 0;
  if (x.is_number_integer() && y.is_number_integer() &&
      !__builtin_add_overflow(x.get<int64_t>(), y.get<int64_t>(), &exact))
    return exact;
  return x.get<double>() + y.get<double>();
}

json minus(const json& x, const json& y) {
  int64_t exact = 0;
  if (x.is_number_integer() && y.is_number_integer() &&
      !__builtin_sub_overflow(x.get<int64_t>(), y.get<int64_t>(), &exact))
    return exact;
  return x.get<double>() - y.get<double>();
}

merge_result merge_numbers(const std::string& key, const contested_key& x,
                           plan::context_policy policy) {
  auto numbers = values_of(key, x, &json::is_number, "a number");
  if (!numbers)
    return unexpected{numbers.error()};
  auto is_sum = policy == plan::context_policy::sum;
  auto base = base_or(x, is_sum ? json(0) : numbers->front());
  if (!base.is_number())
    return conflict_of(key, std::string{"wanted a number as base, got "} + base.type_name());
  auto result = base;
  for (auto& number : *numbers)
    if (is_sum)
      result = plus(result, minus(number, base));
    else if (policy == plan::context_policy::max ? number > result : number < result)
      result = number;
  return value{std::move(result)};
}

void merge_deep(json& into, const json& from) {
  for (auto& [name, x] : from.items())
    if (into.contains(name) && into[name].is_object() && x.is_object())
      merge_deep(into[name], x);
    else
      into[name] = x;
}

/// Members are three-way too: what a branch has unchanged from the base is not a write.
json written(const json& base, const json& object) {
  auto out = json::object();
  for (auto& [name, x] : object.items()) {
    if (!base.contains(name))
      out[name] = x;
    else if (base[name] != x)
      out[name] = base[name].is_object() && x.is_object() ? written(base[name], x) : x;
  }
  return out;
}

merge_result merge_objects(const std::string& key, const contested_key& x) {
  auto objects = values_of(key, x, &json::is_object, "an object");
  if (!objects)
    return unexpected{objects.error()};
  auto base = base_or(x, json::object());
  if (!base.is_object())
    return conflict_of(key, std::string{"wanted an object as base, got "} + base.type_name());
  auto result = base;
  for (auto& object : *objects)
    merge_deep(result, written(base, object));
  return value{std::move(result)};
}

} // namespace

const plan::context_rule& rule_for(const std::string& key, const plan::context_rules& of_group,
                                   const plan::context_rules& of_flow) {
  static const plan::context_rule last_write_wins{};
  if (auto found = of_group.find(key); found != of_group.end())
    return found->second;
  if (auto found = of_flow.find(key); found != of_flow.end())
    return found->second;
  auto others = of_group.find("*");
  return others == of_group.end() ? last_write_wins : others->second;
}

std::map<std::string, contested_key> collect_changes(const context& base,
                                                     const std::vector<changes>& branches) {
  std::map<std::string, contested_key> all;
  for (auto& branch : branches)
    for (auto& [key, wanted] : branch) {
      auto before = base.find(key);
      if (wanted == before)
        continue; // as it was: no change, and no conflict
      auto [at, is_new] = all.emplace(key, contested_key{});
      if (is_new)
        at->second.base = before;
      at->second.wanted.push_back(wanted);
    }
  return all;
}

bool is_contested(const contested_key& x) {
  return std::any_of(x.wanted.begin(), x.wanted.end(),
                     [&](auto& one) { return one != x.wanted.front(); });
}

merge_result merged(const std::string& key, const contested_key& x, plan::context_policy policy) {
  using plan::context_policy;
  switch (policy) {
  case context_policy::first_write_wins:
    return x.wanted.front();
  case context_policy::error:
    return conflict_of(key, "several branches changed it");
  case context_policy::append:
    return merge_lists(key, x, false);
  case context_policy::union_of:
    return merge_lists(key, x, true);
  case context_policy::sum:
  case context_policy::max:
  case context_policy::min:
    return merge_numbers(key, x, policy);
  case context_policy::deep_merge:
    return merge_objects(key, x);
  case context_policy::last_write_wins:
    break;
  }
  return x.wanted.back();
}

} // namespace troupe
