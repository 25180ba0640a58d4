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

namespace {

constexpr auto parts = {"params", "parallel_config"};

} // namespace

std::optional<reader> setting_of(const reader& step, std::string_view key) {
  if (step.has(key))
    return step.member(key);
  for (auto part : parts)
    if (step.has(part) && step.member(part).has(key))
      return step.member(part).member(key);
  return {};
}

void refuse_repeated(const reader& step, const std::vector<std::string>& names) {
  std::vector<std::pair<std::string, reader>> all;
  for (auto& name : names) {
    if (step.has(name))
      all.emplace_back(name, step.member(name));
    for (auto part : parts)
      if (step.has(part) && step.member(part).has(name))
        all.emplace_back(part + ("." + name), step.member(part).member(name));
  }
  for (size_t i = 1; i < all.size(); ++i)
    all[i].second.error_at_key({"conflicting_keys",
                                "`" + all[0].first + "` and `" + all[i].first + "` say the same",
                                "leave out one of them"});
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
