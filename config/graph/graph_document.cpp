// SPDX-License-Identifier: Apache-2.0
#include "config/graph/graph_document.hpp"

#include "config/formats.hpp"
#include "config/graph/groups.hpp"
#include "config/graph/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/plan.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

native_json translate_graph(const reader& in) { return graph_document{in}.translate(); }

namespace {

std::string native_type(const std::string& name) {
  static const std::map<std::string, std::string> others{
    {"str", "string"},   {"text", "string"}, {"int", "integer"}, {"float", "number"},
    {"bool", "boolean"}, {"list", "array"},  {"dict", "object"}, {"json", "any"}};
  auto found = others.find(name);
  return found == others.end() ? name : found->second;
}

/// The ids of nodes, be they a list or an object of id to node.
bool is_by_id(const reader& nodes) { return nodes.json().is_object(); }

} // namespace

graph_document::graph_document(const reader& in, graph_document* around)
  : in_{in}, around_{around} {}

native_json graph_document::translate() {
  if (!in_.has("nodes")) {
    in_.error({"missing_key", "a graph document needs `nodes`"});
    return {};
  }
  warn_of_unknown_keys(in_, graph_keys::document, "a graph document");
  read_names();
  native_object out{in_};
  out.set("troupe", 1);
  copy(in_, {"name", "description"}, out);
  put_inputs(out);
  copy(in_, graph_keys::native_of_document, out);
  put_pipeline(out);
  put_output(out);
  auto meta = native_json::object();
  for (auto key : {"version", "metadata", "meta", "_meta"})
    if (in_.has(key))
      meta[key] = as_written(in_.member(key));
  if (!meta.empty())
    out.set("meta", std::move(meta));
  for (auto& [name, flow_name] : flow_names_)
    add_flow(flow_name, in_.member("flows").member(name));
  if (!flows_.empty())
    out.set("flows", std::move(flows_));
  return out.take();
}

/// What templates may name.
void graph_document::read_names() {
  if (in_.has("inputs") && in_.json()["inputs"].is_object())
    for (auto& [name, spec] : in_.member("inputs").members())
      inputs_.insert(name);
  if (in_.has("inputs") && in_.json()["inputs"].is_array())
    for (auto& name : in_.member("inputs").as_texts("an object of inputs"))
      inputs_.insert(name);
  for (auto& node : enabled_nodes()) {
    if (node.has("id") && node.json()["id"].is_string())
      ids_.insert(node.json()["id"].get<std::string>());
    note_inner_ids(node.json());
  }
  if (in_.has("mappings") && in_.member("mappings").wants_object("an object of node to mappings"))
    for (auto& [id, mapping] : in_.member("mappings").members()) {
      if (!mapping.wants_object("an object with `input_mappings` and `output_mappings`"))
        continue;
      warn_of_unknown_keys(mapping, graph_keys::mapping, "a mapping");
      if (!ids_.contains(id))
        mapping.error_at_key({"unknown_node", "the graph has no node \"" + id + "\"",
                              did_you_mean(id, {ids_.begin(), ids_.end()})});
      mappings_.emplace(id, mapping);
      if (mapping.has("output_mappings") && mapping.json()["output_mappings"].is_object())
        for (auto& [from, to] : mapping.member("output_mappings").members())
          if (to.json().is_string())
            context_.insert(to.json().get<std::string>());
    }
  if (in_.has("flows") && in_.member("flows").wants_object("an object of flows"))
    for (auto& [name, flow] : in_.member("flows").members())
      flow_names_.emplace(name, free_flow_name(name));
  auto mode = in_.word("template_resolution_mode", {"strict", "permissive"});
  is_permissive_ = mode == "permissive";
  if (in_.boolean("enable_namespacing") == false)
    in_.member("enable_namespacing")
      .warning_at_key({"not_supported", "what a node gives is always read by its id",
                       "write ${node.key} in place of ${key}"});
}

void graph_document::put_inputs(native_object& out) {
  if (!in_.has("inputs"))
    return;
  auto inputs = in_.member("inputs");
  if (inputs.json().is_array()) {
    out.set("inputs", as_written(inputs), inputs);
    return;
  }
  if (!inputs.wants_object("an object of inputs"))
    return;
  native_object all{inputs};
  for (auto& [name, spec] : inputs.members()) {
    if (spec.json().is_string()) {
      all.set(name, native_type(spec.json().get<std::string>()), spec);
      continue;
    }
    if (!spec.wants_object("an input: an object with `type`, `required`, `default`"))
      continue;
    warn_of_unknown_keys(spec, graph_keys::input, "an input");
    native_object one{spec};
    copy(spec, graph_keys::input, one, [](auto& at, auto& text) {
      return at.pointer().ends_with("/type") ? native_type(text) : text;
    });
    all.set(name, one.take(), spec);
  }
  out.set("inputs", all.take(), inputs);
}

std::vector<reader> graph_document::enabled_nodes() {
  std::vector<reader> all;
  auto nodes = in_.member("nodes");
  if (!is_by_id(nodes) && !nodes.wants_list("a list of nodes"))
    return all;
  for (auto& node : is_by_id(nodes) ? std::vector<reader>{} : nodes.items())
    if (node.wants_object("a node: an object with `id` and `type`") && is_enabled(node))
      all.push_back(node);
  if (is_by_id(nodes))
    nodes.error({"wrong_type", "wanted a list of nodes, got an object",
                 "write [{\"id\": …, \"type\": …}, …]"});
  return all;
}

std::vector<written_edge> graph_document::read_edges() {
  std::vector<written_edge> all;
  if (!in_.has("edges") || !in_.member("edges").wants_list("a list of {\"from\": …, \"to\": …}"))
    return all;
  auto end_of = [&](const reader& edge, const char* key, const char* other) -> std::string {
    auto name = edge.has(key) ? key : other;
    if (!edge.has(name)) {
      edge.error({"missing_key", std::string{"an edge needs `"} + key + "`, the id of a node"});
      return {};
    }
    auto id = edge.text(name);
    if (id && ids_.contains(*id))
      return *id;
    if (id)
      edge.member(name).error({"unknown_node", "the graph has no node \"" + *id + "\"",
                               did_you_mean(*id, {ids_.begin(), ids_.end()})});
    return {};
  };
  for (auto& edge : in_.member("edges").items()) {
    if (!edge.wants_object("an edge: {\"from\": …, \"to\": …}"))
      continue;
    if (edge.has("condition"))
      edge.member("condition")
        .error_at_key({"not_supported", "an edge has no condition: a node chooses by its action",
                       "give the node an `action` (jq or a template) and the edge its name: "
                       "\"action\": \"yes\""});
    warn_of_unknown_keys(edge, graph_keys::edge, "an edge");
    for (auto [one, other] : {std::pair{"from", "source"}, std::pair{"to", "target"}})
      if (edge.has(one) && edge.has(other))
        edge.member(other).error_at_key(
          {"conflicting_keys", std::string{"`"} + one + "` and `" + other + "` are the same",
           "keep one of them"});
    auto from = end_of(edge, "from", "source"), to = end_of(edge, "to", "target");
    auto action = edge.text("action").value_or(std::string{plan::default_action});
    std::string group;
    if (edge.has("parallel_group") && !edge.json()["parallel_group"].is_null())
      group = edge.json()["parallel_group"].is_string()
                ? edge.json()["parallel_group"].get<std::string>()
                : edge.json()["parallel_group"].dump();
    if (!from.empty() && !to.empty())
      all.push_back(
        {from, to, action.empty() ? std::string{plan::default_action} : action, group, edge});
  }
  return all;
}

namespace {

/// Where a graph is said to begin: that node comes first, and what it does not lead to is left out.
void begin_at(const reader& where, const std::string& start, std::vector<placed_node>& nodes,
              std::vector<written_edge>& edges) {
  auto first = std::find_if(nodes.begin(), nodes.end(), [&](auto& x) { return x.id == start; });
  std::set<std::string> behind{start};
  if (edges.empty()) // then nodes run in the order written
    std::for_each(first, nodes.end(), [&](auto& x) { behind.insert(x.id); });
  for (auto grown = true; grown;) {
    grown = false;
    for (auto& edge : edges)
      if (behind.contains(edge.from))
        grown = behind.insert(edge.to).second || grown;
  }
  if (first != nodes.end())
    std::rotate(nodes.begin(), first, first + 1);
  auto is_left_out = [&](const std::string& id) { return !behind.contains(id); };
  for (auto& x : nodes)
    if (is_left_out(x.id))
      where.warning({"unreachable_node", "\"" + start + "\", where the graph begins, does not " +
                                           "lead to \"" + x.id + "\": it is not run"});
  std::erase_if(nodes, [&](auto& x) { return is_left_out(x.id); });
  std::erase_if(edges, [&](auto& x) { return is_left_out(x.from); });
}

} // namespace

void graph_document::put_pipeline(native_object& out) {
  std::vector<placed_node> nodes;
  for (auto& one : enabled_nodes()) {
    auto id =
      one.has("id") && one.json()["id"].is_string() ? one.json()["id"].get<std::string>() : "";
    nodes.push_back({id, node(one)});
  }
  auto edges = read_edges();
  if (in_.has("start_node") && in_.has("start"))
    in_.member("start").error_at_key(
      {"conflicting_keys", "`start_node` and `start` are the same", "keep one of them"});
  warn_of_odd_nodes(edges);
  for (auto key : {"start_node", "start"})
    if (auto start = in_.text(key)) {
      if (ids_.contains(*start))
        begin_at(in_.member(key), *start, nodes, edges);
      else
        in_.member(key).error({"unknown_node", "the graph has no node \"" + *start + "\"",
                               did_you_mean(*start, {ids_.begin(), ids_.end()})});
    }
  std::map<std::string, reader> declared;
  if (in_.has("parallel_groups") &&
      in_.member("parallel_groups").wants_object("an object of groups"))
    for (auto& [label, at] : in_.member("parallel_groups").members())
      if (at.wants_object("a group: an object with `on_error`"))
        declared.emplace(label, at);
  find_certain(nodes, edges, declared);
  groups all{std::move(nodes), std::move(edges)};
  all.gather(declared);
  out.set("pipeline", std::move(all).pipeline(), in_.member("nodes"));
}

/// Where nothing is chosen and no failure is tolerated, all run that have no condition.
void graph_document::find_certain(const std::vector<placed_node>& nodes,
                                  const std::vector<written_edge>& edges,
                                  const std::map<std::string, reader>& groups) {
  left_out_ = ids_;
  for (auto& x : nodes)
    left_out_.erase(x.id);
  auto is_tolerant = [](auto& group) {
    return group.second.has("merge") ||
           (group.second.has("on_error") && group.second.json()["on_error"] == "continue");
  };
  if (std::all_of(edges.begin(), edges.end(), [](auto& x) { return x.is_default(); }) &&
      std::none_of(groups.begin(), groups.end(), is_tolerant))
    for (auto& x : nodes)
      if (!x.node.contains("when"))
        certain_.insert(x.id);
}

/// Nodes beside the graph, and nodes whose action nobody says.
void graph_document::warn_of_odd_nodes(const std::vector<written_edge>& edges) {
  std::set<std::string> joined;
  std::map<std::string, std::string> actions; // one that a node has an edge for
  for (auto& edge : edges) {
    joined.insert({edge.from, edge.to});
    if (edge.action != plan::default_action && edge.action != plan::error_action)
      actions.emplace(edge.from, edge.action);
  }
  for (auto& node : edges.empty() ? std::vector<reader>{} : enabled_nodes()) {
    auto id = node.json().value("id", nlohmann::json());
    if (!id.is_string())
      continue;
    auto name = id.get<std::string>();
    if (!joined.contains(name) && !in_.has("start_node") && !in_.has("start"))
      node.warning(
        {"unconnected_node", "no edge leads to \"" + name + "\" or from it: it starts at once"});
    if (auto action = actions.find(name); action != actions.end() && !node.has("action"))
      node.warning(
        {"unknown_action",
         "\"" + name + "\" has an edge for the action \"" + action->second +
           "\", but does not say which action it takes",
         "give it an `action`: jq over its output, such as \".response\", or a template"});
  }
}

void graph_document::put_output(native_object& out) {
  if (!in_.has("outputs") || !in_.member("outputs").wants_object("an object of outputs"))
    return;
  native_object all{in_.member("outputs")};
  auto has_any = false;
  for (auto& [name, spec] : in_.member("outputs").members()) {
    auto is_short = spec.json().is_string();
    if (!is_short && !spec.wants_object("an output: an object with `source`"))
      continue;
    if (!is_short)
      warn_of_unknown_keys(spec, graph_keys::output, "an output");
    if (!is_short && !spec.has("source")) {
      spec.warning({"missing_key", "the output \"" + name + "\" does not say what it is",
                    "give it a `source`: \"${node.key}\""});
      continue;
    }
    auto source = is_short ? spec : spec.member("source");
    auto given = written(source);
    if (given.is_string())
      given = with_default(given.get<std::string>());
    all.set(name, std::move(given), source);
    has_any = true;
  }
  if (has_any)
    out.set("output", all.take(), in_.member("outputs"));
}

} // namespace troupe::config
