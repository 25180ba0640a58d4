// SPDX-License-Identifier: Apache-2.0
#include "config/graph/graph_document.hpp"
#include "config/suggest.hpp"

#include <algorithm>
#include <map>

namespace troupe::config {

/// What a node says under a key. The nodes in it follow the rules of those of the document.
native_json graph_document::with_inner_nodes(const std::string& key, const reader& in) {
  using reads = native_json (graph_document::*)(const reader&);
  static const std::map<std::string, reads> holders{
    {"sequence", &graph_document::inner_nodes}, {"loop", &graph_document::inner_nodes},
    {"fallback", &graph_document::inner_nodes}, {"undo", &graph_document::inner_nodes},
    {"parallel", &graph_document::branches},    {"choice", &graph_document::choices},
    {"merge", &graph_document::merge_rule},     {"graph", &graph_document::inner_graph}};
  if (key == "call" && in.json().is_string())
    return flow_called(in.json().get<std::string>()).value_or(in.json().get<std::string>());
  auto known = holders.find(key);
  return known == holders.end() ? written(in) : (this->*known->second)(in);
}

/// A node, or a list of them.
native_json graph_document::inner_nodes(const reader& in) {
  if (!in.json().is_array())
    return inner_node(in, "workflow");
  auto all = native_json::array();
  for (auto& one : in.items())
    all.push_back(inner_node(one, "workflow"));
  return all;
}

/// A list of nodes, or an object of name to node or list of nodes.
native_json graph_document::branches(const reader& in) {
  if (!in.json().is_object())
    return inner_nodes(in);
  native_object out{in};
  for (auto& [name, branch] : in.members())
    out.set(name, branch.json().is_array() ? inner_nodes(branch) : inner_node(branch, name));
  return out.take();
}

native_json graph_document::choices(const reader& in) {
  if (!in.json().is_array())
    return written(in);
  auto all = native_json::array();
  for (auto& one : in.items())
    all.push_back(with_nodes_under({"then", "else"}, one));
  return all;
}

/// `{"node": {…}}`, or `{"best_quality": {"score": {…}}}`.
native_json graph_document::merge_rule(const reader& in) {
  if (!in.has("best_quality"))
    return with_nodes_under({"node"}, in);
  native_object out{in};
  for (auto& [name, options] : in.members())
    out.set(name, with_nodes_under({"score"}, options));
  return out.take();
}

native_json graph_document::inner_graph(const reader& in) {
  return with_nodes_under({"nodes"}, in);
}

/// Of what stands inside of a node.
void graph_document::note_inner_ids(const nlohmann::json& node) {
  static const std::vector<std::string> holders{"sequence", "parallel", "choice", "loop",
                                                "graph",    "fallback", "undo",   "merge",
                                                "nodes",    "then",     "else",   "node"};
  auto note = [this](const nlohmann::json& inner) {
    if (inner.is_object() && inner.contains("id") && inner["id"].is_string())
      inner_ids_.insert(inner["id"].get<std::string>());
    note_inner_ids(inner);
  };
  if (node.is_array())
    std::for_each(node.begin(), node.end(), note);
  if (!node.is_object())
    return;
  for (auto& [key, inner] : node.items()) {
    if (key == "parallel" && inner.is_object())
      for (auto& [name, branch] : inner.items()) {
        inner_ids_.insert(name);
        note(branch);
      }
    else if (is_one_of(holders, key))
      note(inner);
  }
}

/// One that no node has.
std::string graph_document::made_up_id(const std::string& wish) {
  auto id = wish;
  for (auto number = 2; ids_.contains(id) || !inner_ids_.insert(id).second; ++number)
    id = wish + "_" + std::to_string(number);
  return id;
}

native_json graph_document::with_nodes_under(const std::vector<std::string>& keys,
                                             const reader& in) {
  if (!in.json().is_object())
    return written(in);
  native_object out{in};
  for (auto& [key, x] : in.members()) {
    auto holds_nodes = x.json().is_structured() && is_one_of(keys, key);
    out.set(key, holds_nodes ? inner_nodes(x) : written(x));
  }
  return out.take();
}

} // namespace troupe::config
