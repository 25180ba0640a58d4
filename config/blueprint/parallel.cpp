// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/reduction.hpp"
#include "config/blueprint/translator.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config::blueprint {

native_json translator::parallel(const reader& in) {
  native_object out{in};
  add_id(in, out);
  add_branches(in, out, {});
  add_wrappers(in, out, keys::of_branches);
  return out.take();
}

/// `chosen_by`: the router that names those that run; empty: all do.
void translator::add_branches(const said& group, native_object& out, const std::string& chosen_by) {
  if (!group.has("branches"))
    return group.place_of("branches")
      .error({"missing_key", "wanted `branches`: an object of name to steps"});
  auto all = branches(group);
  limit_exports(group, all);
  native_object native{group.member("branches")};
  reduction reduce{.rule = group.word("reduce", reduction_rules()).value_or("")};
  for (auto& one : all) {
    if (one.id != one.name)
      reduce.names[one.id] = one.name;
    if (!chosen_by.empty())
      one.node["when"] = "[" + jq_output(chosen_by) +
                         "] | flatten | any(.[]; . == " + nlohmann::json(one.name).dump() + ")";
    native.set(one.id, std::move(one.node), one.from);
  }
  out.set("parallel", native.take(), group.member("branches"));
  out.set("on_error", "continue");
  auto rule = group.word("on_branch_failure", {"propagate", "ignore"}).value_or("propagate");
  reduce.skips_unchosen = !chosen_by.empty();
  reduce.fails_with_a_branch = reduce.skips_unchosen && rule == "propagate";
  if (rule == "propagate" && chosen_by.empty() && !all.empty())
    out.set("min_success", all.size());
  out.set("merge", {{"reduce", to_jq(reduce)}});
  add_context_rule(group, out);
  if (group.has("context_include_keys"))
    out.set("share", as_written(group.member("context_include_keys")),
            group.member("context_include_keys"));
  if (group.has("max_workers"))
    out.set("max_workers", as_written(group.member("max_workers")), group.member("max_workers"));
}

std::vector<translator::branch> translator::branches(const said& group) {
  std::vector<branch> all;
  auto in = group.member("branches");
  if (!in.wants_object("an object of name to steps"))
    return all;
  for (auto& [name, steps] : in.members())
    all.push_back(read_branch(steps, name));
  if (all.empty())
    in.error({"empty_group", "there is no branch here"});
  return all;
}

/// A branch with one step of the same name is that step.
translator::branch translator::read_branch(const reader& in, const std::string& name) {
  if (!in.json().is_structured()) {
    in.error({"wrong_type", "wanted a list of steps, got " + described(in.json()),
              "a branch is a step or a list of steps: [{name: …, uses: …}]"});
    return {name, name, native_json::object(), in};
  }
  auto nodes = list(in);
  auto& items = in.has("steps") ? in.json()["steps"] : in.json();
  auto& first = items.is_array() && items.size() == 1 ? items[0] : items;
  auto is_that_step = nodes.size() == 1 && first.is_object() &&
                      first.value("name", nlohmann::json()) == name && !first.contains("when");
  if (is_that_step && nodes[0].contains("id"))
    return {name, nodes[0]["id"].get<std::string>(), std::move(nodes[0]), in};
  native_object node{in};
  node.set("sequence", std::move(nodes), in.has("steps") ? in.member("steps") : in);
  return {name, names_.make_up(name), node.take(), in};
}

void translator::limit_exports(const said& group, std::vector<branch>& all) {
  auto writes_nothing =
    group.has("merge_strategy") && group.member("merge_strategy").json() == "no_merge";
  if (writes_nothing)
    for (auto& one : all)
      one.node["exports"] = native_json::array();
  if (!group.has("field_mapping") ||
      !group.member("field_mapping").wants_object("an object of branch to context keys"))
    return;
  auto mapping = group.member("field_mapping");
  if (writes_nothing)
    mapping.error_at_key({"conflicting_keys", "with `no_merge` no branch changes the context",
                          "leave out `field_mapping`, or say another `merge_strategy`"});
  std::vector<std::string> names;
  for (auto& one : all)
    names.push_back(one.name);
  for (auto& [name, list] : mapping.members()) {
    auto found =
      std::find_if(all.begin(), all.end(), [&name = name](auto& one) { return one.name == name; });
    if (found == all.end())
      list.error_at_key(
        {"unknown_node", "there is no branch \"" + name + "\"", did_you_mean(name, names)});
    else
      found->node["exports"] = list.as_texts("a list of context keys");
  }
}

void translator::add_context_rule(const said& group, native_object& out) {
  static const std::map<std::string, const char*> policies{
    {"no_merge", nullptr}, // no branch changes anything
    {"context_update", "last_write_wins"},
    {"overwrite", "last_write_wins"},
    {"error_on_conflict", "error"},
    {"keep_first", "first_write_wins"}};
  std::vector<std::string> names;
  for (auto& [name, policy] : policies)
    names.push_back(name);
  auto rule = group.word("merge_strategy", names);
  if (!rule || !is_one_of(names, *rule))
    return;
  if (auto policy = policies.at(*rule))
    out.set("context_merge", {{"*", policy}}, group.member("merge_strategy"));
}

} // namespace troupe::config::blueprint
