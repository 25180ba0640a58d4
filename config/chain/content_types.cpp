// SPDX-License-Identifier: Apache-2.0
#include "config/chain/content_types.hpp"

#include "config/chain/form.hpp"
#include "config/chain/step_names.hpp"
#include "config/suggest.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace troupe::config {

namespace {

std::vector<reader> steps_in(const reader& list) {
  std::vector<reader> all;
  if (list.json().is_array())
    for (auto& step : list.items())
      if ((step.json().is_object() || step.json().is_array()) && is_on(step))
        all.push_back(step);
  return all;
}

std::vector<reader> branches_of(const reader& group) {
  auto list = inner_steps(group);
  return list ? steps_in(*list) : std::vector<reader>{};
}

std::string in_quotes(const std::string& name) { return "\"" + name + "\""; }

/// As the next step is told of it.
contents given_by(const std::string& label, contents all) {
  for (auto& x : all) {
    x.from = in_quotes(label) + " before it gives";
    x.name = label;
  }
  return all;
}

/// In a branch that has no name, its last step is who gives it.
void call_after(const reader& step, content& x) {
  auto has_name =
    form_of(step) != step_form::list || (step.json().is_object() && !name_key(step).empty());
  if (has_name)
    x.name = label_of(step);
}

/// One of several things that a step may give; they are named if they differ.
contents one_of_parts(const std::string& label, const contents& parts) {
  std::set<std::string> types;
  for (auto& x : parts)
    types.insert(x.type);
  auto all = parts;
  for (auto& x : all)
    x.from =
      (types.size() > 1 ? in_quotes(x.name) + " in " : "") + in_quotes(label) + " before it gives";
  return all;
}

/// What each run of a batch is given.
contents items_for_each(const reader& batch, const contents& given) {
  if (given.empty() || setting_of(batch, "items") ||
      !std::all_of(given.begin(), given.end(), is_collected))
    return {};
  auto items = items_in(given);
  for (auto& x : items)
    x.from = "an item from " + in_quotes(given.front().name) + " is";
  return items;
}

} // namespace

void content_types::check(const reader& steps, const contents& given) {
  through_list(steps, given);
}

std::string content_types::given_to(const reader& step) const {
  auto known = given_.find(step.pointer());
  return known == given_.end() ? "any" : known->second;
}

bool is_graph(const std::vector<reader>& steps) {
  return std::any_of(steps.begin(), steps.end(),
                     [](auto& x) { return x.json().is_object() && x.has("depends_on"); });
}

bool splits_for_next(const std::vector<reader>& steps, size_t place) {
  if (form_of(steps[place]) != step_form::split || setting_of(steps[place], "parts"))
    return false;
  for (auto i = place + 1; i < steps.size(); ++i)
    if (is_on(steps[i]))
      return form_of(steps[i]) == step_form::group && !steps[i].has("split");
  return false;
}

namespace {

/// What each step of a list has given, by its name.
class outputs_by_name {
public:
  void note(const reader& step, const contents& output) {
    if (auto key = step.json().is_object() ? name_key(step) : ""; !key.empty())
      all_[text_of(step, key)] = output;
  }
  /// What comes to a step of several is an object of theirs, which hardly anything takes as it is.
  contents to(const reader& step) const {
    auto& names = step.json()["depends_on"];
    auto& only = names.is_array() && names.size() == 1 ? names[0] : names;
    auto known = only.is_string() ? all_.find(only.get<std::string>()) : all_.end();
    return known == all_.end() ? contents{} : known->second;
  }

private:
  std::map<std::string, contents> all_;
};

} // namespace

bool starts_at_once(const reader& step) {
  return step.json().is_object() && step.has("depends_on") && step.json()["depends_on"].empty();
}

contents content_types::through_list(const reader& steps, const contents& given) {
  auto all = steps_in(steps);
  auto now = given;
  auto is_split = false;
  outputs_by_name known;
  for (size_t i = 0; i < all.size(); ++i) {
    auto& step = all[i];
    if (splits_for_next(all, i)) {
      if (!is_split)
        through(step, now);
      is_split = true;
      continue;
    }
    auto depends = step.json().is_object() && step.has("depends_on");
    if (depends)
      now = starts_at_once(step) ? given : known.to(step);
    now = through(step, is_split ? contents{} : now);
    known.note(step, now);
    is_split = false;
  }
  return is_graph(all) ? contents{} : now;
}

contents content_types::through(const reader& step, const contents& given) {
  auto is_object = step.json().is_object();
  auto is_batch = is_object && step.has("batch"); // as a native one
  auto own = is_batch || (is_object && step.has("input")) ? contents{} : given;
  std::set<std::string> types;
  for (auto& x : own)
    types.insert(x.type);
  given_[step.pointer()] = types.size() == 1 ? *types.begin() : "any";
  auto label = label_of(step);
  auto out = through_body(step, own);
  auto backups = is_object ? of_others(step, "fallback", own) : contents{};
  if (is_object)
    of_others(step, "undo", {});
  auto has_template = form_of(step) == step_form::batch;
  if (is_batch || has_template) { // backups are of each item
    auto each = has_template && !out.empty() ? out.front().parts : out;
    each.insert(each.end(), backups.begin(), backups.end());
    return given_by(label, {{.type = "json", .parts = std::move(each)}});
  }
  for (auto& x : backups) {
    x.from = in_quotes(x.name) + ", a fallback of " + in_quotes(label) + ", gives";
    out.push_back(std::move(x));
  }
  return out;
}

contents content_types::through_body(const reader& step, const contents& given) {
  auto label = label_of(step);
  switch (form_of(step)) {
  case step_form::plain:
    return given_by(label, through_kind(step, given));
  case step_form::list: {
    auto steps = inner_steps(step);
    return steps ? through_list(*steps, given) : contents{};
  }
  case step_form::group:
    return through_group(step, given);
  case step_form::batch:
    return given_by(label, through_batch(step, given));
  case step_form::merge:
    return through_merge(step, given);
  case step_form::split:
    return given_by(label, through_split(step, given));
  }
  return {};
}

contents content_types::through_kind(const reader& step, const contents& given) {
  check_kind(step, given);
  auto type = of_kind(step, "output");
  if (type == "any")
    return {};
  content out{.type = type};
  if (auto item = item_of_kind(step); type == "list" && item != "any")
    out.parts = {{.type = item, .name = label_of(step)}};
  return {out};
}

contents content_types::through_group(const reader& group, const contents& given) {
  auto label = label_of(group);
  contents parts;
  for (auto& branch : branches_of(group))
    for (auto& x : through(branch, group.has("split") ? contents{} : given)) {
      parts.push_back(x);
      call_after(branch, parts.back());
    }
  auto strategy = strategy_of(document_, group);
  static const std::map<std::string, std::string> shapes{
    {"collect_all", "parallel"}, {"outputs", "list"}, {"quorum", "list"}, {"by_name", "json"}};
  if (auto known = shapes.find(strategy); known != shapes.end())
    return given_by(label, {{.type = known->second, .parts = std::move(parts)}});
  if (strategy == "reduce" || strategy == "node")
    return {};
  if (strategy == "combine_outputs") {
    check_combined(setting_of(group, "merge_strategy").value_or(group), parts,
                   "\"outputs\" takes any, and gives a list");
    parts.resize(std::min<size_t>(parts.size(), 1));
  }
  return one_of_parts(label, parts);
}

contents content_types::through_batch(const reader& batch, const contents& given) {
  auto body = setting_of(batch, "step_template");
  content out{.type = "json"};
  if (body && (body->json().is_object() || body->json().is_array()))
    out.parts = through(*body, items_for_each(batch, given));
  return {out};
}

contents content_types::through_merge(const reader& merge, const contents& given) {
  check_merge(merge, given);
  auto label = label_of(merge);
  auto strategy = strategy_in(merge, "merge_strategy");
  auto parts = setting_of(merge, "results") ? contents{} : items_in(given);
  if (auto type = combined_by(strategy); !type.empty())
    return given_by(label, {{.type = "list", .parts = {{.type = type, .name = label}}}});
  if (strategy == "outputs")
    return given_by(label, {{.type = "list", .parts = std::move(parts)}});
  if (strategy == "collect_all")
    return given_by(label, {{.type = "list"}});
  if (strategy == "combine_outputs")
    parts.resize(std::min<size_t>(parts.size(), 1));
  static const std::vector<std::string> choosing{"best_quality", "first_success", "majority_vote",
                                                 "combine_outputs"};
  return is_one_of(choosing, strategy) ? one_of_parts(label, parts) : contents{};
}

contents content_types::through_split(const reader& split, const contents& given) {
  check_split(split, given);
  return {{.type = "list"}};
}

contents content_types::of_others(const reader& step, const char* key, const contents& given) {
  contents all;
  if (!step.has(key))
    return all;
  auto backups = step.member(key);
  auto add = [&](const reader& backup) {
    if (!backup.json().is_object() && !backup.json().is_array())
      return;
    for (auto& x : through(backup, given)) {
      all.push_back(x);
      call_after(backup, all.back());
    }
  };
  if (!backups.json().is_array())
    add(backups);
  else
    for (auto& backup : backups.items())
      add(backup);
  return all;
}

} // namespace troupe::config
