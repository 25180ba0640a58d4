// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

bool any_has(const reader& list, std::string_view key) {
  auto& items = list.json();
  return items.is_array() && std::any_of(items.begin(), items.end(),
                                         [&](auto& x) { return x.is_object() && x.contains(key); });
}

} // namespace

plan::body native_reader::read_list(const reader& in, const std::string& parent_path) {
  if (any_has(in, "depends_on"))
    return read_dependencies(in, parent_path);
  plan::sequence out{read_nodes(in, parent_path)};
  if (any_has(in, "next"))
    out.next = read_jumps(in, out.children);
  return out;
}

std::vector<plan::node> native_reader::read_nodes(const reader& in,
                                                  const std::string& parent_path) {
  std::vector<plan::node> all;
  if (!in.wants_list("a list of nodes"))
    return all;
  auto jumps = any_has(in, "next");
  auto may_be_passed_over = false;
  for (auto& item : in.items()) {
    if (!is_enabled(item))
      continue;
    auto begin = mark();
    all.push_back(read_node(item, parent_path));
    if (may_be_passed_over)
      doubt_since(begin);
    may_be_passed_over = may_be_passed_over || item.has("next");
    if (all.size() > 1 && !jumps)
      check_types(item, all[all.size() - 2], all.back());
    if (!jumps && (item.has("max_visits") || item.has("action")))
      item.warning(
        {"unused_key", "no node in this list has a `next`: `action` and `max_visits` do nothing"});
  }
  if (all.empty())
    in.error({"empty_group", "there is no node to run here"});
  return all;
}

void native_reader::check_types(const reader& in, const plan::node& before, const plan::node& x) {
  auto given = output_type(before);
  auto wanted = input_type(x);
  if (!x.input && given != "any" && wanted != "any" && given != wanted)
    in.error(
      {"incompatible_types",
       "\"" + x.id + "\" takes " + wanted + ", but \"" + before.id + "\" before it gives " + given,
       "give it an `input`"});
}

std::vector<std::optional<plan::jumps>>
native_reader::read_jumps(const reader& in, const std::vector<plan::node>& nodes) {
  std::vector<std::optional<plan::jumps>> all(nodes.size());
  std::vector<std::string> names{"end"};
  for (auto& node : nodes)
    names.push_back(node.id);
  auto target_of = [&](const reader& at) -> std::optional<size_t> {
    auto name = at.as_text();
    if (!name)
      return {};
    if (*name == "end")
      return plan::jumps::to_end;
    auto found = std::find_if(nodes.begin(), nodes.end(), [&](auto& x) { return x.id == *name; });
    if (found != nodes.end())
      return static_cast<size_t>(found - nodes.begin());
    at.error({"unknown_node", "there is no node \"" + *name + "\" in this list",
              did_you_mean(*name, names)});
    return {};
  };
  size_t place = 0;
  for (auto& item : in.items()) {
    if (!item.json().is_object() || !is_enabled(item))
      continue;
    auto& jumps = all[place++];
    if (!item.has("next"))
      continue;
    jumps.emplace();
    jumps->max_visits = static_cast<int>(item.integer("max_visits", 1, 1'000'000).value_or(100));
    auto next = item.member("next");
    if (next.json().is_object()) {
      for (auto& [action, at] : next.members())
        if (auto target = target_of(at))
          jumps->by_action[action] = *target;
    } else if (auto target = target_of(next)) {
      jumps->by_action[std::string{plan::default_action}] = *target;
    }
  }
  return all;
}

} // namespace troupe::config
