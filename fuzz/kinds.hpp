// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"

namespace troupe::fuzz {

/// Kinds with params of every format; nothing of them runs.
inline const registry& kinds() {
  static const registry all = [] {
    registry made;
    auto add = [&](const char* name, const char* params) {
      made.add({.name = name,
                .params = nlohmann::json::parse(params),
                .run = inline_fn{[](const step_input&) { return step_output{}; }}});
    };
    add(
      "echo",
      R"({"type": "object", "properties": {"value": {"aliases": ["message"]}}, "additionalProperties": false})");
    add(
      "jq",
      R"({"type": "object", "properties": {"program": {"type": "string", "format": "jq"}, "input": {}},
                  "required": ["program"], "additionalProperties": false})");
    add(
      "shell",
      R"({"type": "object", "properties": {"command": {"type": "string", "format": "shell"}, "argv": {"type": "array"},
                     "timeout": {"format": "duration"}}, "oneOf": [{"required": ["command"]}, {"required": ["argv"]}]})");
    add(
      "http",
      R"({"type": "object", "properties": {"url": {"type": "string", "format": "url"}, "method": {"enum": ["GET", "POST"]}},
                    "required": ["url"]})");
    return made;
  }();
  return all;
}

} // namespace troupe::fuzz
