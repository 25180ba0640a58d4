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
reader unwrapped(reader in) {
  for (auto key : {"ir", "workflow"})
    if (in.has(key) && in.json()[key].is_object() && !in.has("pipeline") && !in.has("nodes") &&
        !in.has("steps"))
      return in.member(key);
  return in;
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

bool make_native(document& x, problems& found, const std::string& wanted) {
  reader root{x.root, "", found};
  if (!root.wants_object("a flow: an object"))
    return false;
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
    return true;
  auto made = format->translate(in);
  if (found.has_errors())
    return false;
  take_translation(x, std::move(made));
  return true;
}

} // namespace troupe::config
