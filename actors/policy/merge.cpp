// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/merge.hpp"

namespace troupe {

namespace {

value output_of(const std::shared_ptr<const step_result>& x) {
  return x && x->success() ? x->output : value{};
}

value deep_merged(const value& earlier, const value& later) {
  if (!earlier.is_object() || !later.is_object())
    return later;
  std::vector<value::member> all;
  earlier.each_member([&](const std::string& name, const value& x) {
    auto other = later.find(name);
    all.emplace_back(name, other ? deep_merged(x, *other) : x);
  });
  later.each_member([&](const std::string& name, const value& x) {
    if (!earlier.find(name))
      all.emplace_back(name, x);
  });
  return value::object(std::move(all));
}

value concatenated(const std::vector<value>& lists) {
  std::vector<value> all;
  for (auto& list : lists)
    for (size_t i = 0; i < list.size(); ++i)
      all.push_back(*list.at(i));
  return value::list(std::move(all));
}

value joined(const std::vector<value>& texts, const std::string& separator) {
  std::string all;
  for (auto& text : texts)
    all += (&text == &texts.front() ? "" : separator) + text.text();
  return value{nlohmann::json(std::move(all))};
}

expected<value> combined(const std::vector<value>& outputs, const std::string& separator) {
  if (outputs.size() == 1)
    return outputs.front();
  std::string type = outputs.front().type_name();
  for (auto& x : outputs)
    if (x.type_name() != type)
      return failure(errc::merge_conflict, "combine_outputs: wanted outputs of one type, got " +
                                             type + " and " + x.type_name());
  if (type == "string")
    return joined(outputs, separator);
  if (type == "array")
    return concatenated(outputs);
  if (type != "object")
    return failure(errc::merge_conflict,
                   "combine_outputs: wanted objects, lists or texts, got " + type);
  auto all = outputs.front();
  for (size_t i = 1; i < outputs.size(); ++i)
    all = deep_merged(all, outputs[i]);
  return all;
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
