// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"
#include "config/suggest.hpp"

namespace troupe::config::blueprint {

native_json translator::steps(const reader& in) {
  auto all = native_json::array();
  if (!in.wants_list("a list of steps"))
    return all;
  for (auto& item : in.items())
    all.push_back(step(item));
  if (all.empty())
    in.error({"empty_group", "there is no step to run here"});
  return all;
}

native_json translator::list(const reader& in) {
  names_.open();
  auto all = native_json::array();
  if (in.has("steps")) {
    check_keys(in, keys::list_of_steps, {}, "a list of steps");
    all = steps(in.member("steps"));
  } else if (in.json().is_object()) {
    all.push_back(step(in));
  } else {
    all = steps(in);
  }
  names_.close();
  return all;
}

native_json translator::step(const reader& in) {
  using reads = native_json (translator::*)(const reader&);
  static const std::map<std::string, reads> kinds{{"step", &translator::plain_step},
                                                  {"parallel", &translator::parallel},
                                                  {"conditional", &translator::conditional},
                                                  {"loop", &translator::loop},
                                                  {"map", &translator::map},
                                                  {"hitl", &translator::hitl},
                                                  {"cache", &translator::cache},
                                                  {"dynamic_router", &translator::router},
                                                  {"StateMachine", &translator::machine}};
  static const std::map<std::string, std::string> refused{
    {"agentic_loop", "write a `loop` whose body asks a planner, and a `dynamic_router` in it"},
    {"tree_search",
     "write a `parallel` of proposals, a step that scores them, and a `loop` around"}};
  if (!in.wants_object("a step: an object with `name`, and `uses` or `kind`"))
    return {};
  auto kind = in.has("kind") ? in.text("kind") : std::optional<std::string>{"step"};
  if (!kind)
    return {};
  if (auto known = kinds.find(*kind); known != kinds.end())
    return (this->*known->second)(in);
  if (auto known = refused.find(*kind); known != refused.end()) {
    in.member("kind").error(
      {"not_supported", "there is no `" + *kind + "` in troupe", known->second});
    return {};
  }
  std::vector<std::string> names;
  for (auto& [name, read] : kinds)
    names.push_back(name);
  auto hint = did_you_mean(*kind, names);
  in.member("kind").error({"invalid_value", "there is no kind of step \"" + *kind + "\"",
                           hint.empty() ? "what a step does is said by `uses`" : hint});
  return {};
}

std::string translator::add_id(const reader& in, native_object& out) {
  auto name = in.text("name");
  if (!name || name->empty()) {
    if (name)
      in.member("name").error({"invalid_id", "a name must not be empty"});
    return {};
  }
  auto id = names_.declare(in.member("name"), *name);
  out.set("id", id, in.member("name"));
  return id;
}

std::string kind_of(const std::string& uses) {
  constexpr std::string_view agents = "agents.";
  return uses.starts_with(agents) ? uses.substr(agents.size()) : uses;
}

native_json translator::plain_step(const reader& in) {
  native_object out{in};
  add_id(in, out);
  if (in.has("uses") && in.has("agent"))
    in.member("agent").error_at_key(
      {"conflicting_keys", "`uses` and `agent` say the same, one of them is enough"});
  auto key = in.has("uses") ? "uses" : "agent";
  if (!in.has(key)) {
    in.error({"missing_key", "a step needs `uses`, or a `kind` that is not \"step\"",
              "name what it does: \"uses\": \"agents.NAME\", or a kind such as \"echo\""});
    return {};
  }
  auto uses = in.member(key);
  if (uses.has("id")) { // {id, params}
    check_keys(uses, keys::agent_with_params, {}, "an agent");
    if (uses.has("params"))
      out.set("params", filled(uses.member("params")), uses.member("params"));
    uses = uses.member("id");
  }
  auto name = uses.as_text();
  if (!name)
    return {};
  constexpr std::string_view imports = "imports.";
  if (name->starts_with(imports)) {
    auto call = file_of(in, uses, name->substr(imports.size()));
    if (call.is_string())
      out.set("call", std::move(call), uses);
    if (in.has("with"))
      out.set("with", filled(in.member("with")));
    if (in.has("params"))
      in.member("params").error_at_key(
        {"conflicting_keys", "a flow has inputs and no params", "write `with`"});
  } else {
    out.set("type", kind_of(*name), uses);
    if (in.has("params"))
      out.set("params", filled(in.member("params")));
    if (in.has("with"))
      in.member("with").error_at_key(
        {"conflicting_keys", "only a flow that is imported has `with`", "write `params`"});
  }
  add_wrappers(in, out, keys::of_step);
  add_agent_wrappers(kind_of(*name), out);
  return out.take();
}

/// The file that `imports.NAME` means.
native_json translator::file_of(const reader& in, const reader& uses, const std::string& name) {
  if (in.has("config") && in.member("config").json().is_object())
    for (auto& [key, instead] : keys::not_of_import)
      if (in.member("config").has(key))
        in.member("config").member(key).error_at_key(
          {"not_supported", "`" + key + "` of an imported flow is not there", instead});
  auto known = imports_.find(name);
  if (known != imports_.end())
    return known->second.json().get<std::string>();
  std::vector<std::string> names;
  for (auto& [alias, file] : imports_)
    names.push_back(alias);
  auto hint = did_you_mean(name, names);
  uses.error(
    {"unknown_flow", "nothing is imported as \"" + name + "\"",
     hint.empty() ? "say the file under `imports`: {\"" + name + "\": \"FILE.yaml\"}" : hint});
  return {};
}

} // namespace troupe::config::blueprint
