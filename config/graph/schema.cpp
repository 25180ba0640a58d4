// SPDX-License-Identifier: Apache-2.0
#include "config/native/schema.hpp"
#include "config/flow_schema.hpp"
#include "config/graph/keys.hpp"

namespace troupe::config {

namespace {

using namespace schemas;

json input() {
  json said{{"required", boolean()}, {"description", long_text()}};
  return either({text(), open(properties_of(graph_keys::input, said))});
}

json output() {
  json said{{"source", described(anything(), "${node.key}")}};
  return either({text(), open(properties_of(graph_keys::output, said))});
}

json group() { return open(properties_of(graph_keys::of_group, native_parallel())); }

json mapping() {
  json said{{"input_mappings", object_of(text())}, {"output_mappings", object_of(text())}};
  return open(properties_of(graph_keys::mapping, said));
}

json edge() {
  json said{{"from", text()},
            {"to", text()},
            {"source", text()},
            {"target", text()},
            {"action", described(text(), "taken when the node's action is this; `error`: when it "
                                         "fails")},
            {"parallel_group", described(anything(), "the group that the branch belongs to")},
            {"condition", {{"not", anything()}}}}; // refused by name
  auto x = open(properties_of(graph_keys::edge, said));
  auto needs = [](const char* key, const char* other) {
    return either({{{"required", {key}}}, {{"required", {other}}}});
  };
  x["allOf"] = {needs("from", "source"), needs("to", "target")};
  return x;
}

json batch() {
  json said{{"as", text()},
            {"parallel", boolean()},
            {"max_concurrent", whole(1, 100)},
            {"batch_size", whole(1)},
            {"error_handling", one_of({"fail_fast", "continue"})},
            {"on_error", one_of({"fail_fast", "continue", "rollback"})},
            {"tolerated", either({whole(0), text()})},
            {"max_retries", described(whole(1, 10), "tries of each item in total")},
            {"retry_wait", either({refer("duration"), {{"const", 0}}})}};
  return either({text(), {{"type", "array"}}, open(properties_of(graph_keys::batch, said))});
}

json batch_config() {
  json said{{"enabled", boolean()}, {"items_field", text()}};
  return open(properties_of(graph_keys::batch_config, said));
}

/// What native nodes of any shape say, and what is said of the shapes themselves.
json native_said(const json& definitions) {
  auto said = native_node();
  for (auto shape : {"parallel", "sequence", "choice", "loop", "call", "wait"})
    for (auto& [key, x] : definitions.at(shape).at("properties").items())
      said.emplace(key, x);
  said["on_error"] = native_parallel()["on_error"];
  return said;
}

json node(const registry& kinds, const json& definitions) {
  auto said = native_said(definitions);
  said.update({{"name", text()},
               {"purpose", text()},
               {"parameters", object()},
               {"max_retries", described(whole(1), "tries in total")},
               {"batch", batch()},
               {"batch_config", batch_config()}});
  for (auto shape : {"parallel", "sequence", "choice", "loop", "graph", "fallback", "undo"})
    said[shape] = anything(); // nodes of this format stand inside
  auto known = joined({graph_keys::own_of_node, graph_keys::native_of_node});
  auto x = open(properties_of(known, said), {"id"});
  x["properties"]["type"]["examples"] = kinds.names();
  x["allOf"] = rules_for_kinds(kinds);
  return x;
}

json whole_document() {
  auto said = native_flow();
  said.update({{"start_node", described(text(), "where it begins")},
               {"start", described(text(), "`start_node` by another name")},
               {"inputs", either({object_of(input()), list_of(text())})},
               {"outputs", object_of(output())},
               {"nodes", list_of(refer("graph_node"))},
               {"edges", list_of(edge())},
               {"parallel_groups", object_of(group())},
               {"mappings", object_of(mapping())},
               {"enable_namespacing", boolean()},
               {"template_resolution_mode", one_of({"strict", "permissive"})},
               {"flows", object_of(if_then_else({{"required", {"nodes"}}}, refer("document"),
                                                native_flow()["flows"]["additionalProperties"]))},
               {"troupe", anything()}});
  return open(properties_of(graph_keys::document, said), {"nodes"});
}

} // namespace

nlohmann::json graph_schema(const registry& kinds) {
  auto all = native_definitions(kinds);
  all["graph_node"] = node(kinds, all);
  all["document"] = whole_document();
  return of_format("a graph document of troupe", "nodes", std::move(all));
}

} // namespace troupe::config
