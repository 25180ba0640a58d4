// SPDX-License-Identifier: Apache-2.0
#include "config/formats.hpp"

#include "config/flow_schema.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

using translator = native_json (*)(const reader&);

struct known_format {
  const char* name;
  translator translate; ///< null: native
  nlohmann::json (*schema)(const registry&);
};

constexpr known_format formats[] = {{"native", nullptr, native_schema},
                                    {"graph", translate_graph, graph_schema},
                                    {"chain", translate_chain, chain_schema},
                                    {"blueprint", translate_blueprint, blueprint_schema}};

/// Documents stand under a key of their own, now and then.
std::string key_around(const reader& in) {
  for (auto key : {"ir", "workflow"})
    if (in.has(key) && in.json()[key].is_object() && !in.has("pipeline") && !in.has("nodes") &&
        !in.has("steps"))
      return key;
  return {};
}

reader unwrapped(const reader& in) {
  auto key = key_around(in);
  return key.empty() ? in : in.member(key);
}

void warn_of_what_stands_around(const reader& in) {
  if (auto key = key_around(in); !key.empty())
    warn_of_unknown_keys(in, {key, "$schema", "name", "description"},
                         "what stands around `" + key + "`");
}

/// Steps of blueprints say what they use, or of which kind they are.
bool is_blueprint(const reader& steps) {
  auto says_so = [](const nlohmann::json& x) {
    return x.is_object() && (x.contains("kind") || x.contains("uses") || x.contains("agent"));
  };
  auto& all = steps.json();
  return all.is_array() && std::any_of(all.begin(), all.end(), says_so);
}

std::string recognised(const reader& in) {
  if (in.has("pipeline"))
    return "native";
  if (in.has("nodes"))
    return "graph";
  if (in.has("steps"))
    return is_blueprint(in.member("steps")) ? "blueprint" : "chain";
  return {};
}

bool is_foreign(const reader& flow) {
  return flow.json().is_object() && !flow.has("pipeline") && !recognised(unwrapped(flow)).empty();
}

/// A flow under a key of its own, or one with flows of other formats.
native_json rewritten(const reader& in) {
  native_object out{in};
  for (auto& [key, x] : in.members())
    out.set(key, key == "flows" ? native_flows(x) : as_written(x));
  return out.take();
}

bool needs_rewriting(const reader& in) {
  if (!in.pointer().empty())
    return true;
  if (!in.has("flows") || !in.json()["flows"].is_object())
    return false;
  auto flows = in.member("flows").members();
  return std::any_of(flows.begin(), flows.end(), [](auto& x) { return is_foreign(x.second); });
}

bool make_native_of_native(document& x, const reader& in) {
  if (!in.has("pipeline")) {
    auto other = recognised(in);
    in.error({"missing_key", "a flow needs a `pipeline`",
              other.empty() ? "" : "this is a document of the format \"" + other + "\""});
    return false;
  }
  if (needs_rewriting(in))
    take_translation(x, rewritten(in));
  return true;
}

void refuse(const reader& in) {
  static const std::string message = "this is no flow: it has no `pipeline`, `nodes` or `steps`";
  for (auto& [key, member] : in.members())
    for (auto wanted : {"pipeline", "nodes", "steps"})
      if (is_near(key, wanted))
        return member.error_at_key(
          {"unknown_format", message, "did you mean \"" + std::string{wanted} + "\"?"});
  in.error({"unknown_format", message, "a native flow is {\"troupe\": 1, \"pipeline\": […]}"});
}

} // namespace

std::vector<std::string> format_names() {
  std::vector<std::string> all;
  for (auto& x : formats)
    all.emplace_back(x.name);
  return all;
}

nlohmann::json schema_of(const registry& kinds, std::string_view format) {
  for (auto& x : formats)
    if (x.name == format)
      return x.schema(kinds);
  return nullptr;
}

native_json native_flow(const reader& in) { return native_flow(in, translate_graph); }

native_json native_flow(const reader& in, const std::function<native_json(const reader&)>& graph) {
  if (!in.wants_object("a flow"))
    return as_written(in);
  warn_of_what_stands_around(in);
  auto flow = unwrapped(in);
  auto format = std::find_if(std::begin(formats), std::end(formats),
                             [name = recognised(flow)](auto& one) { return one.name == name; });
  auto is_native = format == std::end(formats) || !format->translate;
  auto made = is_native                               ? as_written(flow)
              : format->translate == &translate_graph ? graph(flow)
                                                      : format->translate(flow);
  for (auto of_documents : {"troupe", "ir_version", "version", "$schema"})
    made.erase(of_documents);
  return made;
}

native_json native_flows(const reader& in) {
  if (!in.wants_object("an object of flows"))
    return as_written(in);
  native_object out{in};
  for (auto& [name, flow] : in.members())
    out.set(name, native_flow(flow));
  return out.take();
}

bool make_native(document& x, problems& found, const std::string& wanted) {
  reader root{x.root, "", found};
  if (!root.wants_object("a flow: an object"))
    return false;
  warn_of_what_stands_around(root);
  auto in = unwrapped(root);
  auto name = wanted.empty() ? recognised(in) : wanted;
  auto format = std::find_if(std::begin(formats), std::end(formats),
                             [&](auto& one) { return one.name == name; });
  if (name.empty()) {
    refuse(in);
    return false;
  }
  if (format == std::end(formats)) {
    root.error({"unknown_format", "there is no format \"" + name + "\"",
                did_you_mean(name, format_names())});
    return false;
  }
  if (!format->translate)
    return make_native_of_native(x, in);
  auto made = format->translate(in);
  if (found.has_errors())
    return false;
  take_translation(x, std::move(made));
  return true;
}

} // namespace troupe::config
