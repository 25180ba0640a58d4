// SPDX-License-Identifier: Apache-2.0
#include "config/chain/content_types.hpp"

#include "config/chain/form.hpp"
#include "config/chain/step_names.hpp"
#include "config/suggest.hpp"
#include "troupe/detail/content_kinds.hpp"

#include <algorithm>
#include <map>

namespace troupe::config {

namespace {

std::vector<reader> steps_in(const reader& list) {
  std::vector<reader> all;
  if (list.json().is_array())
    for (auto& step : list.items())
      if (is_on(step))
        all.push_back(step);
  return all;
}

std::vector<reader> branches_of(const reader& group) {
  auto list = inner_steps(group);
  return list ? steps_in(*list) : std::vector<reader>{};
}

std::string strategy_in(const reader& step, const char* own_key) {
  for (auto key : {own_key, "strategy"})
    if (auto found = setting_of(step, key); found && found->json().is_string())
      return found->json().get<std::string>();
  return {};
}

std::string name_of_merge(const reader& merge) { return strategy_in(merge, "merge_strategy"); }

/// What strategies that make one list of files combine.
const std::map<std::string, std::string> combiners{
  {"combine_images", "image"}, {"combine_videos", "video"}, {"combine_audio", "audio"}};

/// Empty: it takes anything.
std::string combined_by(const std::string& strategy) {
  auto known = combiners.find(strategy);
  return known == combiners.end() ? "" : known->second;
}

} // namespace

std::string label_of(const reader& step) {
  auto key = step.json().is_object() ? name_key(step) : "";
  auto name = key.empty() ? "" : text_of(step, key);
  if (name.empty())
    name = text_of(step, "type");
  return name.empty() ? "a branch" : name;
}

std::string strategy_of(const reader& document, const reader& group) {
  auto written = setting_of(group, "merge_strategy");
  if (!written && document.has("parallel_config"))
    written = setting_of(document.member("parallel_config"), "merge_strategy");
  if (!written)
    return "collect_all";
  auto& x = written->json();
  if (x.is_object() && x.size() == 1)
    return x.begin().key();
  return x.is_string() ? x.get<std::string>() : "";
}

std::string content_types::of_kind(const reader& step, const char* end) const {
  auto kind = text_of(step, "type");
  if (document_.has("types") && document_.member("types").has(kind))
    if (auto said = text_of(document_.member("types").member(kind), end); !said.empty())
      return said;
  for (auto& known : detail::content_kinds)
    if (known.name == kind)
      return std::string_view{end} == "input" ? known.input : known.output;
  return "any";
}

std::string content_types::one_of_branches(const reader& group) const {
  std::string type;
  for (auto& [name, one] : given_by(group)) {
    if (!type.empty() && type != one)
      return "any";
    type = one;
  }
  return type.empty() ? "any" : type;
}

std::string content_types::output_of(const reader& step) const {
  if (step.json().is_object() && step.has("batch"))
    return "json";
  switch (form_of(step)) {
  case step_form::plain:
    return of_kind(step, "output");
  case step_form::list: {
    auto inner = branches_of(step);
    return inner.empty() ? "any" : output_of(inner.back());
  }
  case step_form::batch:
    return "json";
  case step_form::split:
    return "list";
  case step_form::merge: {
    auto strategy = name_of_merge(step);
    return !combined_by(strategy).empty() || strategy == "outputs" || strategy == "collect_all"
             ? "list"
             : "any";
  }
  case step_form::group:
    break;
  }
  auto strategy = strategy_of(document_, step);
  static const std::map<std::string, std::string> shapes{
    {"collect_all", "parallel"}, {"outputs", "list"}, {"quorum", "list"}, {"by_name", "json"}};
  if (auto known = shapes.find(strategy); known != shapes.end())
    return known->second;
  return strategy == "reduce" || strategy == "node" ? "any" : one_of_branches(step);
}

std::vector<content_types::named_type> content_types::given_by(const reader& group) const {
  std::vector<named_type> all;
  auto add = [&](const reader& step) {
    if (auto type = output_of(step); type != "any")
      all.push_back({label_of(step), type});
  };
  if (form_of(group) == step_form::batch) {
    if (auto body = setting_of(group, "step_template"))
      add(*body);
  } else {
    for (auto& branch : branches_of(group))
      add(branch);
  }
  return all;
}

void content_types::check(const reader& step, const given_input& given) const {
  auto is_object = step.json().is_object();
  if (given.type == "any" || (is_object && (step.has("input") || step.has("batch"))))
    return;
  auto as_branch = given;
  as_branch.is_from_step = false;
  switch (form_of(step)) {
  case step_form::batch:
    return; // it looks for its items by itself
  case step_form::plain:
    if (auto wanted = of_kind(step, "input");
        !given.is_from_step && wanted != "any" && wanted != given.type)
      refuse(step, wanted, given);
    return;
  case step_form::merge:
    if (!is_one_of({"parallel", "list", "json"}, given.type) && !setting_of(step, "results"))
      refuse(step, "parallel", given);
    return;
  case step_form::split: {
    auto takes_lists = is_one_of({"round_robin", "chunk"}, strategy_in(step, "split_strategy"));
    if (takes_lists && given.type != "list" && !setting_of(step, "items"))
      refuse(step, "list", given);
    return;
  }
  case step_form::list:
    if (auto inner = branches_of(step); !inner.empty())
      check(inner.front(), as_branch);
    return;
  case step_form::group:
    if (!step.has("split"))
      for (auto& branch : branches_of(step))
        check(branch, as_branch);
  }
}

void content_types::refuse(const reader& step, const std::string& wanted,
                           const given_input& given) const {
  auto is_unmerged = given.type == "parallel" || given.type == "json";
  auto cure = form_of(step) == step_form::merge ? "a merge stands behind a group, a batch or a list"
              : is_unmerged ? "put a `merge_outputs` between them, or give it an `input`"
                            : "give it an `input`";
  auto where = step.json().is_object() && step.has("type") ? step.member("type") : step;
  where.error(
    {"incompatible_types",
     "\"" + label_of(step) + "\" takes " + wanted + ", but " + given.giver + " gives " + given.type,
     cure});
}

void content_types::check_merge(const reader& merge, const reader& group) const {
  auto strategy = name_of_merge(merge);
  auto wanted = combined_by(strategy);
  auto all = given_by(group);
  if (all.empty() || (wanted.empty() && strategy != "combine_outputs"))
    return;
  for (auto& one : all) {
    auto first = wanted.empty() ? all.front().type : wanted;
    if (one.type == first || one.type == "list")
      continue;
    auto message = wanted.empty()
                     ? "\"" + all.front().name + "\" gives " + first + " and \"" + one.name +
                         "\" gives " + one.type + "; combine_outputs needs one type"
                     : "\"" + label_of(merge) + "\" takes " + wanted + ", but \"" + one.name +
                         "\" gives " + one.type;
    auto other = std::find_if(combiners.begin(), combiners.end(),
                              [&](auto& x) { return x.second == one.type; });
    auto cure = wanted.empty()             ? "\"outputs\" takes any, and gives a list"
                : other == combiners.end() ? ""
                                           : "did you mean \"" + other->first + "\"?";
    return merge.error({"incompatible_types", message, cure});
  }
}

} // namespace troupe::config
