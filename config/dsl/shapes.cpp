// SPDX-License-Identifier: Apache-2.0
#include "config/dsl/functions.hpp"
#include "config/dsl/writing.hpp"
#include "troupe/dsl/node.hpp"

#include <algorithm>
#include <array>

namespace troupe::dsl {

namespace {

piece begun(std::string id) {
  piece x{.content = written::object()};
  if (!id.empty())
    x.content["id"] = std::move(id);
  return x;
}

written list_of(const std::vector<node>& nodes, piece& into) {
  auto all = written::array();
  for (auto& x : nodes)
    all.push_back(take(single(x), into));
  return all;
}

node step_of(std::string id, piece type, written params) {
  auto x = begun(std::move(id));
  x.content["type"] = take(std::move(type), x);
  if (!params.is_null())
    x.content["params"] = std::move(params);
  return node{std::move(x)};
}

} // namespace

node operator>>(node before, node after) {
  auto list = [](node x) {
    auto out = std::move(x).content();
    if (!out.content.is_array())
      out.content = written::array({std::move(out.content)});
    return out;
  };
  auto all = list(std::move(before));
  for (auto& x : take(list(std::move(after)), all))
    all.content.push_back(std::move(x));
  return node{std::move(all)};
}

node step(std::string id, std::string kind, written params) {
  return step_of(std::move(id), {.content = std::move(kind)}, std::move(params));
}
node step(std::string id, plain_fn run, written params) {
  return step_of(std::move(id), marked({std::move(run)}), std::move(params));
}
node step(std::string id, inline_fn run, written params) {
  return step_of(std::move(id), marked({std::move(run)}), std::move(params));
}
node step(std::string id, async_fn run, written params) {
  return step_of(std::move(id), marked({std::move(run)}), std::move(params));
}

node sequence(std::string id, const std::vector<node>& nodes) {
  auto x = begun(std::move(id));
  x.content["sequence"] = list_of(nodes, x);
  return node{std::move(x)};
}

node parallel(std::string id, const std::vector<node>& branches) {
  auto x = begun(std::move(id));
  x.content["parallel"] = list_of(branches, x);
  return node{std::move(x)};
}

/// What is said of a node outside of its batch, or of its place in a list, is said of each item
/// here: then the node stands inside.
node map(std::string id, written items, node each) {
  static constexpr std::array outer{"id",   "when",   "input",      "budget",    "batch",
                                    "next", "action", "max_visits", "depends_on"};
  auto& x = each.content().content;
  auto stands_inside = std::any_of(outer.begin(), outer.end(),
                                   [&](auto key) { return x.is_object() && x.contains(key); });
  auto body = stands_inside ? sequence("", each) : std::move(each);
  auto out = body.batch(std::move(items));
  return id.empty() ? out : out.id(id);
}

way when(std::string jq, node then) {
  way out{{.content = {{"when", std::move(jq)}}}};
  out.content.content["then"] = take(then.content(), out.content);
  return out;
}

way otherwise(node then) {
  way out;
  out.content.content["else"] = take(then.content(), out.content);
  return out;
}

node choice(std::string id, const std::vector<way>& ways) {
  auto x = begun(std::move(id));
  auto all = written::array();
  for (auto& one : ways)
    all.push_back(take(one.content, x));
  x.content["choice"] = std::move(all);
  return node{std::move(x)};
}

node loop(std::string id, node body) {
  auto x = begun(std::move(id));
  x.content["loop"] = take(body.content(), x);
  return node{std::move(x)};
}

node graph(std::string id, const std::vector<node>& nodes, const std::vector<edge>& edges) {
  auto x = begun(std::move(id));
  written all{{"nodes", list_of(nodes, x)}};
  for (auto& [from, to, action] : edges) {
    written one{{"from", from}, {"to", to}};
    if (!action.empty())
      one["action"] = action;
    all["edges"].push_back(std::move(one));
  }
  x.content["graph"] = std::move(all);
  return node{std::move(x)};
}

node call(std::string id, std::string flow, written with) {
  auto x = begun(std::move(id));
  x.content["call"] = std::move(flow);
  if (!with.is_null())
    x.content["with"] = std::move(with);
  return node{std::move(x)};
}

node wait(std::string id, duration time) {
  auto x = begun(std::move(id));
  x.content["wait"] = text_of(time);
  return node{std::move(x)};
}

node wait_for_signal(std::string id, std::string name, const signal_options& what) {
  auto x = begun(std::move(id));
  written signal{{"signal", std::move(name)}};
  if (!what.message.is_null())
    signal["message"] = what.message;
  if (!what.schema.is_null())
    signal["schema"] = what.schema;
  x.content["wait"] = std::move(signal);
  return node{std::move(x)};
}

} // namespace troupe::dsl
