// SPDX-License-Identifier: Apache-2.0
#include "config/chain/content_types.hpp"
#include "config/chain/form.hpp"
#include "config/chain/step_names.hpp"
#include "config/suggest.hpp"
#include "troupe/detail/content_kinds.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

/// What strategies that make one list of files combine.
const std::map<std::string, std::string> combiners{
  {"combine_images", "image"}, {"combine_videos", "video"}, {"combine_audio", "audio"}};

const detail::content_kind* known_kind(const std::string& name) {
  for (auto& known : detail::content_kinds)
    if (known.name == name)
      return &known;
  return nullptr;
}

std::string cure_for(const reader& step, const content& given) {
  if (form_of(step) == step_form::merge)
    return "a merge stands behind a group, a batch or a list";
  auto is_unmerged = given.type == "parallel" || given.type == "json";
  return is_unmerged ? "put a `merge_outputs` between them, or give it an `input`"
                     : "give it an `input`";
}

void refuse(const reader& step, const content& wanted, const content& given) {
  auto where = step.json().is_object() && step.has("type") ? step.member("type") : step;
  where.error({"incompatible_types",
               "\"" + label_of(step) + "\" takes " + described(wanted) + ", but " + given.from +
                 " " + described(given),
               cure_for(step, given)});
}

/// Of a list that is wanted, what its items are counts as well.
bool fits(const content& wanted, const content& given) {
  if (given.type == "any" || wanted.type == "any")
    return true;
  auto same_item = [&](const content& item) {
    return item.type == "any" || item.type == wanted.parts.front().type;
  };
  auto items = items_in({given});
  return given.type == wanted.type &&
         (wanted.parts.empty() || std::all_of(items.begin(), items.end(), same_item));
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

std::string strategy_in(const reader& step, const char* own_key) {
  for (auto key : {own_key, "strategy"})
    if (auto found = setting_of(step, key); found && found->json().is_string())
      return found->json().get<std::string>();
  return {};
}

std::string combined_by(const std::string& strategy) {
  auto known = combiners.find(strategy);
  return known == combiners.end() ? "" : known->second;
}

/// What the document's own type says, or that which it is made from.
std::string content_types::of_kind(const reader& step, const char* end) const {
  constexpr int deepest = 32;
  auto is_input = std::string_view{end} == "input";
  auto kind = text_of(step, "type");
  for (int depth = 0; depth < deepest; ++depth) {
    auto is_own = document_.has("types") && document_.member("types").has(kind);
    auto said = is_own ? text_of(document_.member("types").member(kind), end) : "";
    if (!said.empty())
      return said;
    if (auto known = known_kind(kind))
      return is_input ? known->input : known->output;
    if (!is_own)
      return "any";
    kind = text_of(document_.member("types").member(kind), "type");
  }
  return "any";
}

std::string content_types::item_of_kind(const reader& step) const {
  auto known = known_kind(text_of(step, "type"));
  return known ? known->item : "any";
}

void content_types::check_kind(const reader& step, const contents& given) const {
  content wanted{.type = of_kind(step, "input")};
  if (auto item = item_of_kind(step); wanted.type == "list" && item != "any")
    wanted.parts = {{.type = item}};
  auto wrong =
    std::find_if(given.begin(), given.end(), [&](auto& one) { return !fits(wanted, one); });
  if (wrong != given.end())
    refuse(step, wanted, *wrong);
}

void content_types::check_split(const reader& split, const contents& given) const {
  static const std::vector<std::string> dealing{"round_robin", "chunk"};
  if (!is_one_of(dealing, strategy_in(split, "split_strategy")) || setting_of(split, "items"))
    return;
  for (auto& one : given)
    if (!fits({.type = "list"}, one))
      return refuse(split, {.type = "list"}, one);
}

void content_types::check_merge(const reader& merge, const contents& given) const {
  if (setting_of(merge, "results"))
    return;
  for (auto& one : given)
    if (one.type != "any" && !is_collected(one))
      return refuse(merge, {.type = "parallel"}, one);
  auto strategy = strategy_in(merge, "merge_strategy");
  auto parts = items_in(given);
  if (strategy == "combine_outputs")
    return check_combined(merge, parts, "\"outputs\" takes any, and gives a list");
  auto wanted = combined_by(strategy);
  if (wanted.empty())
    return;
  for (auto& part : parts) {
    if (part.type == "any" || part.type == wanted)
      continue;
    auto other = std::find_if(combiners.begin(), combiners.end(),
                              [&](auto& x) { return x.second == part.type; });
    return merge.error({"incompatible_types",
                        "\"" + label_of(merge) + "\" takes " + wanted + ", but \"" + part.name +
                          "\" gives " + part.type,
                        other == combiners.end() ? "" : "did you mean \"" + other->first + "\"?"});
  }
}

void content_types::check_combined(const reader& at, const contents& parts,
                                   const char* cure) const {
  const content* first = nullptr;
  for (auto& part : parts) {
    if (part.type == "any")
      continue;
    if (first && part.type != first->type)
      return at.error({"incompatible_types",
                       "\"" + first->name + "\" gives " + first->type + " and \"" + part.name +
                         "\" gives " + part.type + "; combine_outputs needs one type",
                       cure});
    first = first ? first : &part;
  }
}

} // namespace troupe::config
