// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/merge.hpp"

#include "troupe/lists.hpp"

namespace troupe {

namespace {

value output_of(const std::shared_ptr<const step_result>& x) {
  return x && x->success() ? x->output : value{};
}

} // namespace

value list_of_results(const branch_results& all) {
  size_t weight = 0;
  for (auto& x : all)
    weight += x ? x->output.weight() : 1;
  auto make = [all] {
    std::vector<value> items;
    items.reserve(all.size());
    for (auto& x : all)
      items.push_back(x ? as_value(*x, {.children = false}) : value{});
    return value::list(std::move(items));
  };
  return value::deferred(std::move(make), weight);
}

expected<value> merge_outputs(const plan::merge_rule& rule, const branch_results& all,
                              const std::vector<std::string>& names) {
  if (rule.strategy == plan::merge_strategy::collect_all)
    return list_of_results(all);
  if (rule.strategy == plan::merge_strategy::by_name) {
    std::vector<value::member> members;
    for (size_t i = 0; i < all.size(); ++i)
      members.emplace_back(names[i], output_of(all[i]));
    return value::object(std::move(members));
  }
  auto only_successes = rule.strategy == plan::merge_strategy::combine_outputs;
  std::vector<value> outputs;
  for (auto& x : all)
    if (!only_successes || (x && x->success()))
      outputs.push_back(output_of(x));
  return only_successes ? combined(outputs, rule.separator) : value::list(std::move(outputs));
}

} // namespace troupe
