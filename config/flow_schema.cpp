// SPDX-License-Identifier: Apache-2.0
#include "config/flow_schema.hpp"

#include "config/native/keys.hpp"
#include "config/plan.hpp"

#include <algorithm>

namespace troupe::config {

using nlohmann::json;

namespace {

json ref(const char* name) { return {{"$ref", std::string{"#/definitions/"} + name}}; }

json described(json x, const char* text) {
  if (x.contains("$ref")) // nothing beside a `$ref` counts in draft 7
    x = {{"allOf", json::array({x})}};
  x["description"] = text;
  return x;
}

json list_of(json item) { return {{"type", "array"}, {"items", std::move(item)}}; }
json object_of(json member) {
  return {{"type", "object"}, {"additionalProperties", std::move(member)}};
}
json closed(json properties) {
  return {
    {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}
json text() { return {{"type", "string"}}; }
json boolean() { return {{"type", "boolean"}}; }
json whole(int least) { return {{"type", "integer"}, {"minimum", least}}; }
json amount() { return {{"type", "number"}, {"minimum", 0}}; }
json one_of(const std::vector<std::string>& names) { return {{"enum", names}}; }

std::vector<std::string> every_code() {
  std::vector<std::string> all;
  for (auto code : every_errc())
    all.emplace_back(to_string(code));
  return all;
}

/// What a kind's schema asks of a param, or a template that will give it.
json or_template(json property) {
  property.erase("format");
  if (property.value("type", json()) == "string" && !property.contains("enum"))
    return property;
  if (property.empty() || (property.size() == 1 && property.contains("description")))
    return property;
  auto note = property.value("description", "");
  json either{{"anyOf", {property, ref("template")}}};
  if (!note.empty())
    either["description"] = note;
  return either;
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
  for (auto& [name, property] : out["properties"].items())
    property = property.value("format", "") == "duration" ? ref("duration") : or_template(property);
  return out;
}

/// `if` a step is of that kind, `then` its params are as the kind says.
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

json common_of_nodes() {
  return {
    {"id", described({{"type", "string"}, {"pattern", "^[A-Za-z_][A-Za-z0-9_-]*$"}},
                     "its name in templates and paths; unique in the flow")},
    {"when", described(text(), "jq: false or null skips the node")},
    {"enabled", described(boolean(), "false: as if it were not written")},
    {"input",
     {{"description", "what it receives instead of the previous output; may hold templates"}}},
    {"set", described(object_of(json::object()),
                      "context keys to set once it has succeeded; ${result} is its output")},
    {"timeout", described(ref("duration"), "of one attempt")},
    {"deadline", described(ref("duration"), "of all attempts")},
    {"retry", described(ref("retry"), "how often to try")},
    {"fallback",
     described({{"anyOf", {ref("node"), ref("nodes")}}}, "what stands in when it has failed")},
    {"fallback_on", described(list_of(one_of(every_code())), "only for these error codes")},
    {"returns", described({{"type", {"object", "boolean"}}}, "a JSON Schema of its output")},
    {"meta", described({{"type", "object"}}, "carried into results and events")},
    {"batch", described(ref("batch"), "runs the node once for each item")},
    {"next", described({{"anyOf", {text(), object_of(text())}}},
                       "where to go: an id of the same list or `end`; or one for each action")},
    {"max_visits", whole(1)},
    {"depends_on", described(list_of(text()), "makes the list a graph: [] starts at once")},
    {"action",
     described(text(), "jq or a template: which entry of `next`, or which edge, to take")},
    {"undo", described(ref("node"), "takes it back on rollback; ${result} is its output")},
    {"limit", described({{"anyOf", {text(), list_of(text())}}}, "waits for permits")},
    {"budget", described(ref("budget"), "what may be spent inside")},
    {"expects", described(closed({{"cost_usd", amount()}, {"tokens", whole(0)}}),
                          "what the step will probably spend")},
    {"cache", described(closed({{"ttl", ref("duration")}, {"key", json::object()}}),
                        "keeps its result for later runs")},
    {"price", described({{"anyOf", {amount(), ref("template")}}},
                        "USD that a success of the step costs, for kinds that do not say")},
    {"exports", described(list_of(text()), "the only context keys that it may change")},
  };
}

json with(json properties, const json& more) {
  properties.update(more);
  return properties;
}

json merge_rule() {
  json scored{{"anyOf", {text(), ref("node")}}};
  return {
    {"anyOf",
     {text(), // a strategy, or a function that the host has registered
      closed({{"quorum", whole(1)}}), closed({{"reduce", text()}}), closed({{"node", ref("node")}}),
      closed({{"combine_outputs", closed({{"separator", text()}})}}),
      closed({{"best_quality", closed({{"score", scored}})}})}}};
}

json context_merge() {
  auto names = plan::context_policy_names();
  std::erase(names, "jq");
  return {{"anyOf", {one_of(names), closed({{"jq", text()}})}}};
}

json step_of(const registry& kinds) {
  auto shape = closed(
    with(common_of_nodes(), {{"type",
                              {{"description", "the step's kind, or one of the flow's `types`"},
                               {"type", "string"},
                               {"examples", kinds.names()}}},
                             {"params", {{"type", "object"}}},
                             {"model", text()}}));
  shape["required"] = {"type"};
  shape["allOf"] = rules_for_kinds(kinds);
  return shape;
}

json group_of(const char* key, json body, const json& more) {
  auto shape = closed(with(with(common_of_nodes(), more), {{key, std::move(body)}}));
  shape["required"] = {key};
  return shape;
}

json choices() {
  json node_or_nodes{{"anyOf", {ref("node"), ref("nodes")}}};
  auto one = closed({{"when", text()}, {"then", node_or_nodes}});
  one["required"] = {"when", "then"};
  auto last = closed({{"else", node_or_nodes}});
  last["required"] = {"else"};
  auto list = list_of({{"anyOf", {one, last}}});
  list["minItems"] = 1;
  return list;
}

json graph() {
  auto edge = closed({{"from", text()}, {"to", text()}, {"action", text()}});
  edge["required"] = {"from", "to"};
  auto whole_graph = closed({{"nodes", ref("nodes")}, {"edges", list_of(edge)}});
  whole_graph["required"] = {"nodes"};
  return whole_graph;
}

json wait() {
  auto signal = closed({{"signal", text()}, {"schema", json::object()}, {"message", text()}});
  signal["required"] = {"signal"};
  return {{"anyOf", {ref("duration"), signal}}};
}

json batch() {
  auto spec = closed({{"items", {{"anyOf", {{{"type", "array"}}, text()}}}},
                      {"as", text()},
                      {"parallel", boolean()},
                      {"max_concurrent", whole(1)},
                      {"batch_size", whole(1)},
                      {"on_error", one_of({"fail_fast", "continue", "rollback"})},
                      {"tolerated", {{"anyOf", {whole(0), text()}}}}});
  spec["required"] = {"items"};
  return spec;
}

json budget() {
  auto spec = closed({{"cost_usd", amount()},
                      {"tokens", whole(0)},
                      {"steps", whole(0)},
                      {"duration", ref("duration")}});
  spec["minProperties"] = 1;
  return spec;
}

/// A node is what its body says that it is.
json by_shape() {
  auto rest = ref("step");
  for (auto shape = keys::shapes.rbegin(); shape != keys::shapes.rend(); ++shape)
    rest = {{"if", {{"required", {*shape}}}}, {"then", ref(shape->c_str())}, {"else", rest}};
  return rest;
}

json definitions(const registry& kinds) {
  json node_or_nodes{{"anyOf", {ref("node"), ref("nodes")}}};
  json rollback{{"on_error", one_of({"fail_fast", "rollback"})}};
  json branches{{"anyOf", {ref("nodes"), object_of({{"anyOf", {ref("node"), ref("nodes")}}})}}};
  json of_parallel{{"max_workers", described(whole(1), "how many branches run at once")},
                   {"on_error", one_of({"fail_fast", "continue", "rollback"})},
                   {"split", described({{"anyOf", {text(), closed({{"jq", text()}})}}},
                                       "how the input is dealt to the branches")},
                   {"hedge", closed({{"after", ref("duration")}})},
                   {"share", described(list_of(text()), "context keys that branches see")},
                   {"min_success", described(whole(1), "with `continue`")},
                   {"merge", described(merge_rule(), "what the next node receives")},
                   {"context_merge", object_of(context_merge())}};
  json retry = closed({{"attempts", described(whole(1), "in total")},
                       {"initial", {{"anyOf", {ref("duration"), {{"const", 0}}}}}},
                       {"factor", {{"type", "number"}, {"minimum", 1}}},
                       {"max", ref("duration")},
                       {"jitter", one_of({"full", "none"})},
                       {"on", list_of(one_of(every_code()))},
                       {"max_elapsed", ref("duration")}});
  retry["required"] = {"attempts"};
  return {
    {"template", {{"type", "string"}, {"pattern", "\\$\\{"}}},
    {"duration",
     {{"anyOf",
       {{{"type", "string"}, {"pattern", "^[0-9.]+(us|ms|s|m|h|d)$"}},
        {{"type", "number"}, {"exclusiveMinimum", 0}}}}}},
    {"retry", {{"anyOf", {whole(1), retry}}}},
    {"step", step_of(kinds)},
    {"sequence", group_of("sequence", ref("nodes"), rollback)},
    {"choice", group_of("choice", choices(), rollback)},
    {"loop", group_of("loop", node_or_nodes,
                      with(rollback, {{"while", text()},
                                      {"until", text()},
                                      {"max_iterations", whole(1)},
                                      {"on_limit", one_of({"fail", "stop"})},
                                      {"carry", json::object()}}))},
    {"graph",
     group_of("graph", graph(), {{"on_error", one_of({"fail_fast", "continue", "rollback"})}})},
    {"call", group_of("call", text(), with(rollback, {{"with", {{"type", "object"}}}}))},
    {"wait", group_of("wait", wait(), json::object())},
    {"batch", {{"anyOf", {{{"type", "array"}}, text(), batch()}}}},
    {"budget", budget()},
    {"parallel", group_of("parallel", branches, of_parallel)},
    {"node", with({{"type", "object"}}, by_shape())},
    {"nodes", {{"type", "array"}, {"items", ref("node")}, {"minItems", 1}}},
  };
}

json input() {
  auto full =
    closed({{"type", one_of({"any", "string", "number", "integer", "boolean", "array", "object"})},
            {"required", boolean()},
            {"default", json::object()},
            {"description", text()}});
  return {{"anyOf", {full, full["properties"]["type"]}}};
}

json inputs() { return {{"anyOf", {object_of(input()), list_of(text())}}}; }

json limit() {
  return closed({{"rate", described(text(), "such as 60/min or 5/s")},
                 {"burst", whole(1)},
                 {"concurrency", whole(1)}});
}

json context_key() { return closed({{"value", json::object()}, {"merge", context_merge()}}); }

json pipeline() { return {{"anyOf", {ref("nodes"), graph()}}}; }

json subflow() {
  auto shape = closed({{"name", text()},
                       {"description", text()},
                       {"inputs", inputs()},
                       {"context", object_of(context_key())},
                       {"pipeline", pipeline()},
                       {"output", json::object()},
                       {"outputs", {{"type", "object"}}},
                       {"meta", json::object()}});
  shape["required"] = {"pipeline"};
  return shape;
}

json type_definition() {
  auto kinds_of_data = one_of({"any", "text", "json", "list", "file", "image", "audio", "video"});
  auto shape = closed(
    {{"type", text()},
     {"input", kinds_of_data},
     {"output", kinds_of_data},
     {"params", {{"type", "object"}}},
     {"result", described(json::object(), "what its steps give; ${result} is what the kind gives")},
     {"price", {{"anyOf", {amount(), ref("template")}}}},
     {"description", text()}});
  shape["required"] = {"type"};
  return shape;
}

} // namespace

json native_schema(const registry& kinds) {
  json price = closed({{"input", {{"type", "number"}, {"minimum", 0}}},
                       {"output", {{"type", "number"}, {"minimum", 0}}}});
  auto out = closed({
    {"$schema", text()},
    {"troupe", {{"const", 1}, {"description", "the version of the format"}}},
    {"ir_version", {{"description", "accepted in place of `troupe`"}}},
    {"name", text()},
    {"description", text()},
    {"version", json::object()},
    {"inputs", described(inputs(), "what a run is given")},
    {"context", object_of(context_key())},
    {"env", described(list_of(text()), "variables that ${env.NAME} may read")},
    {"secrets", described(list_of(text()), "secrets that ${secret.NAME} may read")},
    {"defaults",
     closed(
       {{"timeout", ref("duration")}, {"retry", ref("retry")}, {"llm", {{"type", "object"}}}})},
    {"prices", object_of(price)},
    {"types", object_of(type_definition())},
    {"on_error", one_of({"stop", "rollback"})},
    {"limits", object_of(limit())},
    {"budget", ref("budget")},
    {"flows", object_of(subflow())},
    {"pipeline", described(pipeline(), "nodes, one after another, or with edges")},
    {"output",
     {{"description", "what the run gives: a template; without it, the last node's output"}}},
    {"outputs",
     described({{"type", "object"}}, "several, by name: templates, or {\"source\": template}")},
    {"meta", json::object()},
  });
  out["$schema"] = "http://json-schema.org/draft-07/schema#";
  out["title"] = "troupe flow";
  out["required"] = {"pipeline"};
  out["definitions"] = definitions(kinds);
  return out;
}

} // namespace troupe::config
