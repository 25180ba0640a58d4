// SPDX-License-Identifier: Apache-2.0
#include "config/document/utf8.hpp"
#include "config/dsl/functions.hpp"
#include "config/needs.hpp"
#include "config/node_index.hpp"
#include "config/translation.hpp"
#include "troupe/dsl.hpp"

#include <array>

namespace troupe::dsl {

namespace {

/// As people write it: what counts for the whole first, and the output last.
written in_order(written flow) {
  static constexpr std::array keys{"$schema", "troupe",   "name",     "description", "version",
                                   "meta",    "inputs",   "context",  "env",         "secrets",
                                   "limits",  "budget",   "defaults", "prices",      "types",
                                   "flows",   "on_error", "pipeline", "output",      "outputs"};
  auto out = written::object();
  for (auto key : keys)
    if (auto member = flow.find(key); member != flow.end())
      out[key] = std::move(*member);
  return out;
}

piece document_of(const definition& x) {
  auto out = x.content();
  if (out.content.contains("flows"))
    for (auto& called : out.content["flows"])
      called = in_order(std::move(called));
  out.content["troupe"] = 1;
  out.content = in_order(std::move(out.content));
  return out;
}

bool is_utf8(const std::string& text) {
  return config::first_invalid_utf8(text) == std::string::npos;
}

/// Whether all texts can stand in a document.
bool is_writable(const written& x) {
  if (x.is_string())
    return is_utf8(x.get_ref<const std::string&>());
  if (x.is_structured())
    for (auto& [key, member] : x.items())
      if (!is_utf8(key) || !is_writable(member))
        return false;
  return true;
}

constexpr auto no_utf8 = "a text of the flow is no UTF-8";

std::string told(const unnamed& x) {
  auto whose = x.id.empty() ? x.pointer : "\"" + x.id + "\" (" + x.pointer + ")";
  return x.key == "type" ? whose : "`" + x.key + "` of " + whose;
}

bool knows_function(const registry& kinds, const std::string& name) {
  return kinds.find_merge(name) || kinds.find_split(name) || kinds.find_context_merge(name);
}

/// Functions of this program alone, in nodes that are to run elsewhere.
diagnostics unknown_elsewhere(const flow& x, const registry& kinds) {
  diagnostics all;
  if (!x.plan()->index)
    return all;
  auto add = [&](const plan::node& node, const char* what) {
    all.push_back({.code = "not_portable",
                   .message = "\"" + node.path + "\" has a place, and " + what +
                              " a C++ function that no worker knows",
                   .hint = "add it to the registry of both, and name its kind",
                   .file = x.name()});
  };
  for (auto& [key, node] : x.plan()->index->all()) {
    if (!node->place)
      continue;
    auto needs = plan::needs_of_body(*node);
    for (auto& kind : needs.kinds)
      if (!kinds.find(kind))
        add(*node, "runs");
    for (auto& name : needs.functions)
      if (!knows_function(kinds, name))
        add(*node, "joins or splits with");
  }
  return all;
}

} // namespace

expected<flow, diagnostics> build(const definition& x, const registry& kinds,
                                  const reading_options& options) {
  auto document = document_of(x);
  if (!is_writable(document.content))
    return unexpected<diagnostics>{
      {{.code = "invalid_utf8", .message = no_utf8, .file = x.name()}}};
  auto known = kinds;
  name_functions(document, known);
  auto read = parse_flow(config::pretty(std::move(document.content)), known, x.name(), options);
  if (read)
    if (auto found = unknown_elsewhere(*read, kinds); !found.empty())
      return unexpected{std::move(found)};
  return read;
}

expected<std::string> to_document(const definition& x) {
  auto document = document_of(x);
  if (!is_writable(document.content))
    return failure(errc::invalid_input, no_utf8);
  std::string all;
  auto nodes = nlohmann::json::array();
  for (auto& one : unnamed_functions(document)) {
    all += (all.empty() ? "" : ", ") + told(one);
    nodes.push_back({{"id", one.id}, {"pointer", one.pointer}, {"key", one.key}});
  }
  if (all.empty())
    return config::pretty(std::move(document.content));
  return unexpected{error{.code = errc::not_portable,
                          .message = "C++ functions without a kind: " + all +
                                     "; add them to the registry, and name their kinds",
                          .details = {{"nodes", std::move(nodes)}}}};
}

} // namespace troupe::dsl
