// SPDX-License-Identifier: Apache-2.0
#include "config/native/schema.hpp"

#include "config/flow_schema.hpp"
#include "config/native/keys.hpp"
#include "config/plan.hpp"

#include <algorithm>
#include <map>

namespace troupe::config {

namespace schemas {

namespace {

list every_code() {
  list all;
  for (auto code : every_errc())
    all.emplace_back(to_string(code));
  return all;
}

bool is_duration(const json& property) { return property.value("format", "") == "duration"; }

/// What a kind's schema asks of a param, or a template that will give it.
json or_template(json property) {
  auto is_time = is_duration(property);
  property.erase("format");
  if (property.value("type", json()) == "string" && !property.contains("enum")) {
    property.update(long_text());
    return property;
  }
  if (property.empty() || (property.size() == 1 && property.contains("description")))
    return property;
  auto note = property.value("description", "");
  auto out = either({is_time ? refer("duration") : property, refer("template")});
  if (!note.empty())
    out["description"] = note;
  return out;
}

json params_of(const step_kind& kind) {
  auto out = kind.params;
  if (!out.contains("properties"))
    return out;
  for (auto& [name, property] : kind.params["properties"].items()) {
    auto aliases = property.value("aliases", json::array());
    for (auto& alias : aliases)
      out["properties"].emplace(alias.get<std::string>(), property);
    if (!aliases.empty() && out.contains("required")) // any of them will do
      out["required"].erase(std::remove(out["required"].begin(), out["required"].end(), name),
                            out["required"].end());
  }
  for (auto& [name, property] : out["properties"].items()) {
    auto is_of_node = name == "timeout" && is_duration(property); // and no template
    property = is_of_node ? refer("duration") : or_template(property);
  }
  return out;
}

} // namespace

json rules_for_kinds(const registry& kinds) {
  auto all = json::array();
  for (auto& name : kinds.names()) {
    auto kind = kinds.find(name);
    if (!kind->params.is_object())
      continue;
    json then{{"properties", {{"params", params_of(*kind)}}}};
    all.push_back(
      {{"if", {{"properties", {{"type", {{"const", name}}}}}}}, {"then", std::move(then)}});
  }
  return all;
}

json node_or_nodes() { return either({refer("node"), refer("nodes")}); }

namespace {

json place() {
  json said{{"label", text()},
            {"node", text()},
            {"same_as", text()},
            {"spread", boolean()},
            {"queue", refer("duration")},
            {"max_moves", whole(0)}};
  return closed(properties_of(keys::place, said));
}

} // namespace

json native_node() {
  return {
    {"id", described({{"type", "string"}, {"pattern", "^[A-Za-z_][A-Za-z0-9_-]*$"}},
                     "its name in templates and paths; unique in the flow")},
    {"type", described(text(), "the step's kind, or one of the flow's `types`")},
    {"params", object()},
    {"model", text()},
    {"when", described(long_text(), "jq: false or null skips the node")},
    {"enabled", described(boolean(), "false: as if it were not written")},
    {"input",
     described(anything(), "what it receives instead of the previous output; may hold templates")},
    {"set", described(object_of(anything()),
                      "context keys to set once it has succeeded; ${result} is its output")},
    {"timeout", described(refer("duration"), "of one attempt")},
    {"deadline", described(refer("duration"), "of all attempts")},
    {"retry", described(refer("retry"), "how often to try")},
    {"fallback", described(node_or_nodes(), "what stands in when it has failed")},
    {"fallback_on", described(list_of(one_of(every_code())), "only for these error codes")},
    {"returns", described({{"type", {"object", "boolean"}}}, "a JSON Schema of its output")},
    {"meta", described(object(), "carried into results and events")},
    {"batch", described(refer("batch"), "runs the node once for each item")},
    {"next", described(either({text(), object_of(text())}),
                       "where to go: an id of the same list or `end`; or one for each action")},
    {"max_visits", whole(1)},
    {"depends_on", described(list_of(text()), "makes the list a graph: [] starts at once")},
    {"action",
     described(long_text(), "jq or a template: which entry of `next`, or which edge, to take")},
    {"undo", described(refer("node"), "takes it back on rollback; ${result} is its output")},
    {"limit", described(either({text(), list_of(text())}), "waits for permits")},
    {"budget", described(refer("budget"), "what may be spent inside")},
    {"expects", described(closed({{"cost_usd", amount()}, {"tokens", whole(0)}}),
                          "what the step will probably spend")},
    {"cache", described(closed({{"ttl", refer("duration")}, {"key", anything()}}),
                        "keeps its result for later runs")},
    {"price", described(either({amount(), refer("template")}),
                        "USD that a success of the step costs, for kinds that do not say")},
    {"exports", described(list_of(text()), "the only context keys that it may change")},
    {"place", described(place(), "on which worker it runs")},
    {"idempotent", described(boolean(), "false: never started again when its worker is lost")},
  };
}

namespace {

json merge_rule() {
  auto scored = either({long_text(), refer("node")});
  return either({text(), // a strategy, or a function that the host has registered
                 closed({{"quorum", whole(1)}}), closed({{"reduce", long_text()}}),
                 closed({{"node", refer("node")}}),
                 closed({{"combine_outputs", closed({{"separator", text()}})}}),
                 closed({{"best_quality", closed({{"score", scored}})}})});
}

json context_merge(const registry& kinds) {
  auto names = plan::context_policy_names();
  auto own = kinds.context_merge_names();
  names.insert(names.end(), own.begin(), own.end());
  return either({one_of(names), closed({{"jq", long_text()}})});
}

} // namespace

json native_parallel() {
  auto branches = either({refer("nodes"), object_of(node_or_nodes())});
  return {{"parallel", branches},
          {"max_workers", described(whole(1), "how many branches run at once")},
          {"on_error", one_of({"fail_fast", "continue", "rollback"})},
          {"split", described(either({text(), closed({{"jq", long_text()}})}),
                              "how the input is dealt to the branches")},
          {"hedge", closed({{"after", refer("duration")}})},
          {"share", described(list_of(text()), "context keys that branches see")},
          {"min_success", described(whole(1), "with `continue`")},
          {"merge", described(merge_rule(), "what the next node receives")},
          {"context_merge", object_of(refer("context_merge"))}};
}

namespace {

json step_of(const registry& kinds) {
  auto shape = closed(properties_of(keys::node, native_node()), {"type"});
  shape["properties"]["type"]["examples"] = kinds.names();
  shape["allOf"] = rules_for_kinds(kinds);
  return shape;
}

json choices() {
  auto one = closed({{"when", long_text()}, {"then", node_or_nodes()}}, {"when", "then"});
  auto last = closed({{"else", node_or_nodes()}}, {"else"});
  auto all = list_of(either({one, last}));
  all["minItems"] = 1;
  return all;
}

json graph() {
  auto edge = closed({{"from", text()}, {"to", text()}, {"action", text()}}, {"from", "to"});
  return closed({{"nodes", refer("nodes")}, {"edges", list_of(edge)}}, {"nodes"});
}

json wait() {
  auto signal =
    closed({{"signal", text()}, {"schema", anything()}, {"message", long_text()}}, {"signal"});
  return either({refer("duration"), signal});
}

json loop() {
  return {{"loop", node_or_nodes()},
          {"while", long_text()},
          {"until", long_text()},
          {"max_iterations", whole(1)},
          {"on_limit", one_of({"fail", "stop"})},
          {"carry", anything()}};
}

/// A group: what any node has, but no kind, and what this shape has besides.
json group_of(const std::string& key, const list& more, json said) {
  auto known = keys::node;
  for (auto of_steps : {"type", "params", "model"})
    std::erase(known, of_steps);
  auto is_group = key != "wait";
  auto all = joined({known, more, is_group ? keys::of_groups : list{}});
  auto out = native_node();
  if (!said.contains("on_error"))
    said["on_error"] = one_of({"fail_fast", "rollback"});
  out.update(said);
  return closed(properties_of(all, out), {key});
}

json groups() {
  json graph_said{{"graph", graph()}, {"on_error", one_of({"fail_fast", "continue", "rollback"})}};
  return {{"parallel", group_of("parallel", keys::of_parallel, native_parallel())},
          {"sequence", group_of("sequence", keys::of_sequence, {{"sequence", refer("nodes")}})},
          {"choice", group_of("choice", keys::of_choice, {{"choice", choices()}})},
          {"loop", group_of("loop", keys::of_loop, loop())},
          {"graph", group_of("graph", keys::of_graph, graph_said)},
          {"call", group_of("call", keys::of_call, {{"call", text()}, {"with", object()}})},
          {"wait", group_of("wait", keys::of_wait, {{"wait", wait()}})}};
}

json batch() {
  json said{{"items", either({{{"type", "array"}}, text()})},
            {"as", text()},
            {"parallel", boolean()},
            {"max_concurrent", whole(1)},
            {"batch_size", whole(1)},
            {"on_error", one_of({"fail_fast", "continue", "rollback"})},
            {"tolerated", either({whole(0), text()})}};
  auto spec = closed(properties_of(keys::batch, said), {"items"});
  return either({{{"type", "array"}}, text(), spec});
}

json budget() {
  auto spec = closed({{"cost_usd", amount()},
                      {"tokens", whole(0)},
                      {"steps", whole(0)},
                      {"duration", refer("duration")}});
  spec["minProperties"] = 1;
  return spec;
}

json retry() {
  json said{{"attempts", described(whole(1), "in total")},
            {"initial", {{"anyOf", {refer("duration"), {{"const", 0}}}}}},
            {"factor", {{"type", "number"}, {"minimum", 1}}},
            {"max", refer("duration")},
            {"jitter", one_of({"full", "none"})},
            {"on", list_of(one_of(every_code()))},
            {"max_elapsed", refer("duration")}};
  return either({whole(1), closed(properties_of(keys::retry, said), {"attempts"})});
}

/// A node is what its body says that it is.
json by_shape() {
  auto rest = refer("step");
  for (auto shape = keys::shapes.rbegin(); shape != keys::shapes.rend(); ++shape)
    rest = if_then_else({{"required", {*shape}}}, refer(*shape), rest);
  rest["type"] = "object";
  return rest;
}

json inputs() { return either({object_of(native_input()), list_of(text())}); }

json limit() {
  return closed({{"rate", described(text(), "such as 60/min or 5/s")},
                 {"burst", whole(1)},
                 {"concurrency", whole(1)}});
}

json context_key() { return closed({{"value", anything()}, {"merge", refer("context_merge")}}); }

json pipeline() { return either({refer("nodes"), graph()}); }

json price_of_model() { return closed({{"input", amount()}, {"output", amount()}}); }

json defaults() {
  json said{{"timeout", refer("duration")}, {"retry", refer("retry")}, {"llm", object()}};
  return closed(properties_of(keys::defaults, said));
}

json type_definition() {
  auto kinds_of_data = one_of({"any", "text", "json", "list", "file", "image", "audio", "video"});
  return closed(
    {{"type", text()},
     {"input", kinds_of_data},
     {"output", kinds_of_data},
     {"params", object()},
     {"result", described(anything(), "what its steps give; ${result} is what the kind gives")},
     {"price", either({amount(), refer("template")})},
     {"description", long_text()}},
    {"type"});
}

} // namespace

json native_input() {
  auto type = one_of({"any", "string", "number", "integer", "boolean", "array", "object"});
  auto full = closed({{"type", type},
                      {"required", boolean()},
                      {"default", anything()},
                      {"description", long_text()}});
  return either({full, type});
}

json native_flow() {
  return {
    {"$schema", text()},
    {"troupe", {{"const", 1}, {"description", "the version of the format"}}},
    {"ir_version", described(anything(), "accepted in place of `troupe`")},
    {"name", text()},
    {"description", long_text()},
    {"inputs", described(inputs(), "what a run is given")},
    {"context", object_of(context_key())},
    {"env", described(list_of(text()), "variables that ${env.NAME} may read")},
    {"secrets", described(list_of(text()), "secrets that ${secret.NAME} may read")},
    {"defaults", defaults()},
    {"prices", object_of(price_of_model())},
    {"types", object_of(type_definition())},
    {"on_error", one_of({"stop", "rollback"})},
    {"limits", object_of(limit())},
    {"budget", refer("budget")},
    // One of another format is its own reader's matter.
    {"flows", object_of(if_then_else({{"required", {"pipeline"}}}, refer("subflow"), object()))},
    {"pipeline", described(pipeline(), "nodes, one after another, or with edges")},
    {"output",
     described(anything(), "what the run gives: a template; without it, the last node's output")},
    {"outputs", described(object(), "several, by name: templates, or {\"source\": template}")},
  };
}

json basic_definitions(const registry& kinds) {
  auto duration = either({{{"type", "string"}, {"pattern", "^[0-9.]+(us|ms|s|m|h|d)$"}},
                          {{"type", "number"}, {"exclusiveMinimum", 0}}});
  return {{"template", {{"type", "string"}, {"pattern", "\\$\\{"}}},
          {"duration", std::move(duration)},
          {"retry", retry()},
          {"batch", batch()},
          {"budget", budget()},
          {"context_merge", context_merge(kinds)}};
}

json native_definitions(const registry& kinds) {
  auto all = basic_definitions(kinds);
  all.update(groups());
  all["step"] = step_of(kinds);
  all["node"] = by_shape();
  all["nodes"] = list_of(refer("node"));
  all["nodes"]["minItems"] = 1;
  all["subflow"] = closed(properties_of(keys::inline_flow, native_flow()), {"pipeline"});
  return all;
}

} // namespace schemas

nlohmann::json native_schema(const registry& kinds) {
  auto out =
    schemas::closed(schemas::properties_of(keys::flow, schemas::native_flow()), {"pipeline"});
  out["$schema"] = "http://json-schema.org/draft-07/schema#";
  out["title"] = "troupe flow";
  out["definitions"] = schemas::native_definitions(kinds);
  return out;
}

} // namespace troupe::config
