// SPDX-License-Identifier: Apache-2.0
#include "config/graph/pipeline.hpp"

#include "config/plan.hpp"

#include <algorithm>
#include <unordered_map>

namespace troupe::config {

bool written_edge::is_default() const { return action == plan::default_action; }

namespace {

/// The nodes in the one order in which they can run; empty if there are several.
std::vector<size_t> chain(const std::vector<placed_node>& nodes,
                          const std::vector<written_edge>& edges) {
  if (edges.size() + 1 != nodes.size())
    return {};
  std::unordered_map<std::string_view, size_t> places;
  for (size_t i = 0; i < nodes.size(); ++i)
    places.emplace(nodes[i].id, i);
  std::vector<size_t> next(nodes.size(), nodes.size()), before(nodes.size());
  for (auto& edge : edges) {
    auto from = places.at(edge.from), to = places.at(edge.to);
    if (!edge.is_default() || next[from] < nodes.size() || before[to]++ > 0)
      return {};
    next[from] = to;
  }
  auto first = std::find(before.begin(), before.end(), 0);
  if (first == before.end())
    return {};
  std::vector<size_t> order;
  for (auto at = static_cast<size_t>(first - before.begin()); at < nodes.size(); at = next[at])
    order.push_back(at);
  return order.size() == nodes.size() ? order : std::vector<size_t>{};
}

} // namespace

native_json pipeline_of(std::vector<placed_node> nodes, const std::vector<written_edge>& edges) {
  auto list = native_json::array(), written = native_json::array();
  list.get_ref<native_json::array_t&>().reserve(nodes.size());
  auto order = chain(nodes, edges);
  for (size_t i = 0; i < nodes.size(); ++i)
    list.push_back(std::move(nodes[order.empty() ? i : order[i]].node));
  if (edges.empty() || !order.empty())
    return list;
  for (auto& edge : edges) {
    native_object one{edge.at};
    one.set("from", edge.from).set("to", edge.to);
    if (!edge.is_default())
      one.set("action", edge.action);
    written.push_back(one.take());
  }
  native_json out;
  out["nodes"] = std::move(list);
  out["edges"] = std::move(written);
  return out;
}

} // namespace troupe::config
