// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/machine.hpp"

#include "config/blueprint/translator.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config::blueprint {

/// A list of states, each of which says by its action where it leads.
native_json translator::machine(const reader& in) {
  native_object out{in};
  add_id(in, out);
  for (auto key : {"start_state", "states"})
    if (!in.has(key))
      in.error({"missing_key", std::string{"a StateMachine needs `"} + key + "`"});
  if (in.has("states") && in.member("states").wants_object("an object of state to steps"))
    out.set("sequence", states(in), in.member("states"));
  add_wrappers(in, out, keys::of_machine);
  return out.take();
}

state_names translator::names_of_states(const reader& in) {
  state_names known;
  for (auto& [name, steps] : in.member("states").members())
    known.ids[name] = names_.make_up(name);
  if (in.has("end_states"))
    for (auto& name : in.member("end_states").as_texts("a list of states")) {
      known.ends.insert(name);
      known.ids.emplace(name, "end"); // unless it has steps
    }
  return known;
}

native_json translator::states(const reader& in) {
  auto known = names_of_states(in);
  auto list_of_states = in.member("states");
  auto start = in.text("start_state").value_or("");
  if (in.has("start_state") && !list_of_states.has(start))
    in.member("start_state")
      .error({"unknown_node", "there is no state \"" + start + "\" with steps",
              did_you_mean(start, known.all())});
  std::vector<std::pair<std::string, native_json>> nodes;
  for (auto& [name, steps] : list_of_states.members()) {
    native_object node{steps};
    node.set("id", known.ids[name]);
    node.set("sequence", list(steps), steps.has("steps") ? steps.member("steps") : steps);
    nodes.emplace_back(name, node.take());
  }
  std::vector<transition> rules;
  if (in.has("transitions"))
    rules = transitions(in.member("transitions"), known);
  else
    refuse_ambiguous(list_of_states);
  std::stable_partition(nodes.begin(), nodes.end(), [&](auto& x) { return x.first == start; });
  auto all = native_json::array();
  for (auto& [name, node] : nodes) {
    add_jumps(name, node, in.has("transitions") ? &rules : nullptr, known);
    all.push_back(std::move(node));
  }
  return all;
}

std::vector<transition> translator::transitions(const reader& in, const state_names& known) {
  std::vector<transition> all;
  if (!in.wants_list("a list of {\"from\": …, \"on\": …, \"to\": …}"))
    return all;
  auto state = [&](const reader& one, const char* key) {
    auto name = one.text(key);
    if (!name && !one.has(key))
      one.error({"missing_key", std::string{"a transition needs `"} + key + "`, a state"});
    if (name && !known.ids.contains(*name) && !(*name == "*" && key == std::string{"from"}))
      one.member(key).error(
        {"unknown_node", "there is no state \"" + *name + "\"", did_you_mean(*name, known.all())});
    return name.value_or("");
  };
  for (auto& one : in.items()) {
    if (!one.wants_object("an object with `from`, `on` and `to`"))
      continue;
    check_keys(one, keys::transition, {}, "a transition");
    transition x{.from = state(one, "from"), .to = state(one, "to")};
    x.on_failure = one.word("on", {"success", "failure"}) == "failure";
    if (one.has("when") && x.on_failure)
      one.member("when").error_at_key({"not_supported",
                                       "a failure leads to one state, whatever there is",
                                       "let that state begin with a `conditional`"});
    else if (one.has("when"))
      x.when = expression(one.member("when"));
    all.push_back(std::move(x));
  }
  return all;
}

namespace {

/// Which of these a state takes: the first that matches.
std::string action_of(const std::vector<const transition*>& all, const state_names& known) {
  std::string out, close;
  for (auto x : all) {
    auto target = nlohmann::json(known.ids.at(x->to)).dump();
    if (!x->when)
      return out + target + close;
    out += "if " + truth_of(*x->when) + " then " + target + " else ";
    close += " end";
  }
  return out + "\"default\"" + close;
}

/// Where `context.next_state` leads.
std::string next_state(const state_names& known) {
  std::string names;
  for (auto& [name, id] : known.ids)
    names += nlohmann::json(name).dump() + ", ";
  return "$context.next_state // \"default\" | if IN(" + names +
         "\"default\") then . else error(\"there is no state \" + tojson) end";
}

} // namespace

/// `rules`: null if the context says what comes next.
void translator::add_jumps(const std::string& name, native_json& node,
                           const std::vector<transition>* rules, const state_names& known) {
  auto next = native_json::object();
  if (!known.ends.contains(name) && !rules) {
    node["action"] = next_state(known);
    for (auto& [state, id] : known.ids)
      next[state] = id;
  } else if (!known.ends.contains(name)) {
    std::vector<const transition*> own;
    for (auto& x : *rules)
      if ((x.from == name || x.from == "*") && known.ids.contains(x.to)) {
        if (x.on_failure)
          next.emplace("error", known.ids.at(x.to)); // the first counts
        else
          own.push_back(&x);
      }
    if (!own.empty())
      node["action"] = action_of(own, known);
    for (auto x : own)
      next[known.ids.at(x->to)] = known.ids.at(x->to);
  }
  next["default"] = "end";
  node["next"] = std::move(next);
}

void translator::refuse_ambiguous(const reader& states) {
  for (auto& [name, steps] : states.members())
    if (name == "default" || name == "error")
      steps.error_at_key({"reserved_id",
                          "\"" + name + "\" is no name for a state that `context.next_state` names",
                          "call it something else, or write `transitions`"});
}

} // namespace troupe::config::blueprint
