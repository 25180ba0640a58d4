// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "troupe/registry.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

std::string padded(const std::string& text, size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}

std::string table_of(const registry& kinds) {
  size_t widest = 0;
  for (auto& name : kinds.names())
    widest = std::max(widest, name.size());
  std::string text;
  for (auto& name : kinds.names())
    text += padded(name, widest + 2) + kinds.find(name)->summary + "\n";
  return text;
}

std::string type_of(const nlohmann::json& property) {
  if (property.contains("enum"))
    return property["enum"].dump();
  if (!property.contains("type"))
    return property.value("format", "any");
  auto& type = property["type"];
  return type.is_string() ? type.get<std::string>() : type.dump();
}

std::string page_of(const step_kind& kind) {
  auto text = kind.name + ": " + kind.summary + "\ninput: " + kind.input +
              "   output: " + kind.output + "\n\nparams:\n";
  auto required = kind.params.value("required", nlohmann::json::array());
  auto& all = kind.params["properties"];
  size_t widest = 0;
  for (auto& [name, property] : all.items())
    widest = std::max(widest, name.size());
  for (auto& [name, property] : all.items()) {
    auto is_required = std::find(required.begin(), required.end(), name) != required.end();
    text += "  " + padded(name, widest + 2) + type_of(property) +
            (is_required ? ", required" : "") + "\n  " + padded("", widest + 2) +
            property.value("description", "") + "\n";
  }
  return text;
}

} // namespace

int execute(const steps_command& x) {
  registry kinds;
  add_built_in_steps(kinds);
  if (x.kind.empty())
    return print(table_of(kinds)) ? exit_code::succeeded : exit_code::infrastructure;
  auto kind = kinds.find(x.kind);
  if (!kind) {
    complain("troupe: there is no step kind \"" + x.kind + "\"; see: troupe steps\n");
    return exit_code::usage;
  }
  return print(page_of(*kind)) ? exit_code::succeeded : exit_code::infrastructure;
}

} // namespace troupe::cli
