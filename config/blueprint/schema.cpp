// SPDX-License-Identifier: Apache-2.0
#include "config/native/schema.hpp"
#include "config/blueprint/keys.hpp"
#include "config/blueprint/reduction.hpp"
#include "config/flow_schema.hpp"

#include <map>

namespace troupe::config {

namespace {

using namespace schemas;

namespace keys = blueprint::keys;

json expression() { return {{"type", {"string", "boolean", "object"}}}; }

json usage_limits() {
  auto limit = [](json x) { return either({std::move(x), {{"type", "null"}}}); };
  json said{{"total_cost_usd_limit", limit(amount())}, {"total_tokens_limit", limit(whole(0))}};
  return open(properties_of(keys::usage_limits, said));
}

json config() {
  json said{{"max_retries", described(whole(0), "tries besides the first")},
            {"timeout_s", refer("duration")}};
  return open(properties_of(keys::config, said));
}

json said_of_every_step() {
  auto said = native_node();
  said.update({{"kind", text()},
               {"name", text()},
               {"config", config()},
               {"fallback", either({refer("step"), refer("steps")})},
               {"undo", either({refer("step"), refer("steps")})},
               {"sink_to", described(text(), "the key of the context that its output goes to")},
               {"description", long_text()},
               {"updates_context", boolean()},
               {"usage_limits", usage_limits()},
               {"validate", {{"type", {"object", "boolean"}}}},
               {"when", expression()}});
  return said;
}

json of_plain_steps() {
  json with_params =
    open(properties_of(keys::agent_with_params, {{"id", text()}, {"params", object()}}), {"id"});
  auto kind = either({text(), with_params});
  return {{"uses", kind}, {"agent", kind}, {"params", object()}, {"with", object()}};
}

json of_branches() {
  list merges{"no_merge", "context_update", "overwrite", "error_on_conflict", "keep_first"};
  return {{"merge_strategy", one_of(merges)},
          {"on_branch_failure", one_of({"propagate", "ignore"})},
          {"context_include_keys", list_of(text())},
          {"field_mapping", object_of(list_of(text()))},
          {"reduce", one_of(blueprint::reduction_rules())},
          {"branches", refer("branches")},
          {"max_workers", whole(1)}};
}

json of_conditional() {
  return {{"condition_expression", expression()},
          {"condition", text()},
          {"branches", refer("branches")},
          {"default_branch", refer("branch")}};
}

json of_loop() {
  json said{{"body", refer("branch")}, {"max_loops", whole(1)}, {"exit_expression", expression()}};
  return {{"loop", open(properties_of(keys::loop, said), {"body"})}};
}

json of_map() {
  json said{{"iterable_input", either({text(), {{"type", "array"}}})},
            {"body", refer("branch")},
            {"parallel", boolean()},
            {"max_concurrent", whole(1)},
            {"on_error", one_of({"fail_fast", "continue", "rollback"})}};
  return {{"map", open(properties_of(keys::map, said), {"iterable_input", "body"})}};
}

json of_hitl() {
  return {{"message", long_text()}, {"input_schema", {{"type", {"object", "boolean"}}}}};
}

json of_cache() {
  return {{"wrapped_step", refer("step")},
          {"step", refer("step")},
          {"ttl", refer("duration")},
          {"key", anything()}};
}

json of_router() {
  auto said = of_branches();
  said["router_agent"] = text();
  auto with_branches = said;
  with_branches["router"] = text();
  said["router"] = either({text(), open(properties_of(keys::all_of_router, with_branches))});
  return said;
}

json of_machine() {
  json said{{"from", text()},
            {"to", text()},
            {"on", one_of({"success", "failure"})},
            {"when", expression()}};
  auto transition = open(properties_of(keys::transition, said), {"from", "to"});
  return {{"start_state", text()},
          {"end_states", list_of(text())},
          {"states", refer("branches")},
          {"transitions", list_of(transition)}};
}

/// What each kind of step says besides.
json said_of_kinds() {
  return {{"step", of_plain_steps()},
          {"parallel", of_branches()},
          {"conditional", of_conditional()},
          {"loop", of_loop()},
          {"map", of_map()},
          {"hitl", of_hitl()},
          {"cache", of_cache()},
          {"dynamic_router", of_router()},
          {"StateMachine", of_machine()}};
}

list needed_by(const std::string& kind) {
  static const std::map<std::string, list> all{{"parallel", {"branches"}},
                                               {"loop", {"loop"}},
                                               {"map", {"map"}},
                                               {"hitl", {"name"}},
                                               {"StateMachine", {"start_state", "states"}}};
  auto known = all.find(kind);
  return known == all.end() ? list{} : known->second;
}

json step_of(const std::string& kind) {
  auto said = said_of_every_step();
  said.update(said_of_kinds().at(kind));
  auto known =
    kind == "cache" ? keys::all_of_cache : keys::joined(keys::step, keys::of_kinds.at(kind));
  auto out = open(properties_of(known, said), needed_by(kind));
  if (kind == "step")
    out["anyOf"] = {{{"required", {"uses"}}}, {{"required", {"agent"}}}};
  return out;
}

/// A step is what its kind says.
json step() {
  auto all = refer("plain_step");
  list names;
  for (auto& [kind, known] : keys::of_kinds) {
    names.push_back(kind);
    if (kind != "step")
      all = if_then_else(open({{"kind", one_of({kind})}}, {"kind"}), refer(kind + "_step"), all);
  }
  all.update(open({{"kind", one_of(names)}}));
  return all;
}

json agent() {
  json said{{"model", text()},
            {"system_prompt", long_text()},
            {"output_schema", {{"type", {"object", "boolean"}}}},
            {"temperature", {{"type", "number"}}},
            {"max_tokens", whole(1)},
            {"timeout", refer("duration")},
            {"max_retries", described(whole(0), "tries besides the first")},
            {"description", long_text()}};
  return open(properties_of(keys::agent, said));
}

json whole_document() {
  auto said = native_flow();
  said.update({{"imports", described(object_of(text()), "name to file")},
               {"agents", object_of(agent())},
               {"usage_limits", usage_limits()},
               {"steps", refer("steps")}});
  return open(properties_of(keys::document, said), {"steps"});
}

json definitions(const registry& kinds) {
  auto all = basic_definitions(kinds);
  auto steps = list_of(refer("step"));
  steps["minItems"] = 1;
  auto as_list = open(properties_of(keys::list_of_steps, {{"steps", refer("steps")}}), {"steps"});
  all["step"] = step();
  all["steps"] = steps;
  all["branch"] = if_then_else({{"type", "array"}}, refer("steps"),
                               if_then_else({{"required", {"steps"}}}, as_list, refer("step")));
  all["branches"] = object_of(refer("branch"));
  for (auto& [kind, known] : keys::of_kinds)
    all[(kind == "step" ? "plain" : kind) + "_step"] = step_of(kind);
  all["template"] = {{"type", "string"}, {"pattern", "\\$\\{|\\{\\{"}};
  all["document"] = whole_document();
  return all;
}

} // namespace

nlohmann::json blueprint_schema(const registry& kinds) {
  return of_format("a blueprint of troupe", "steps", definitions(kinds));
}

} // namespace troupe::config
