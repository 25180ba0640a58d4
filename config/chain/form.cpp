// SPDX-License-Identifier: Apache-2.0
#include "config/chain/form.hpp"

#include <map>

namespace troupe::config {

namespace {

const std::map<std::string, step_form, std::less<>> forms{
  {"parallel_group", step_form::group}, {"batch_parallel", step_form::batch},
  {"batch_process", step_form::batch},  {"merge_outputs", step_form::merge},
  {"merge_results", step_form::merge},  {"merge", step_form::merge},
  {"split_input", step_form::split},    {"split", step_form::split}};

} // namespace

step_form form_of(const reader& step) {
  if (step.json().is_array() || (step.has("steps") && !step.has("type")))
    return step_form::list;
  auto known = forms.find(text_of(step, "type"));
  return known == forms.end() ? step_form::plain : known->second;
}

const std::vector<std::string>& structural_types() {
  static const auto all = [] {
    std::vector<std::string> names;
    for (auto& [name, form] : forms)
      names.push_back(name);
    return names;
  }();
  return all;
}

std::optional<reader> setting_of(const reader& step, std::string_view key) {
  if (step.has(key))
    return step.member(key);
  for (auto part : {"params", "parallel_config"})
    if (step.has(part) && step.member(part).has(key))
      return step.member(part).member(key);
  return {};
}

std::optional<reader> inner_steps(const reader& step) {
  if (step.json().is_array())
    return step;
  for (auto key : {"parallel_steps", "steps"})
    if (auto found = setting_of(step, key))
      return found;
  return {};
}

bool is_on(const reader& step) { return !step.has("enabled") || step.json()["enabled"] != false; }

std::string text_of(const reader& in, std::string_view key) {
  auto is_text = in.has(key) && in.member(key).json().is_string();
  return is_text ? in.member(key).json().get<std::string>() : "";
}

} // namespace troupe::config
