// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace troupe::test {

/// What a node may read, as the reference sees it.
struct sight {
  nlohmann::json previous;
  nlohmann::json context = nlohmann::json::object();
  std::map<std::string, nlohmann::json> outputs = {}; ///< of earlier nodes, by id
  std::optional<nlohmann::json> result = {};
};

/// What a template gives; nothing: it does not resolve. Knows the templates that random flows use:
/// `${a.b ?? c ?? "text"}`, alone or inside of text, at any depth.
std::optional<nlohmann::json> filled_in(const nlohmann::json& text, const sight& from);

/// Whether a jq condition is true; nothing: it raises an error. Knows those of random flows:
/// `true`, `false`, and `.` or `.n` compared (`>`, `==`) with a number or null.
std::optional<bool> holds(const std::string& condition, const nlohmann::json& input);

} // namespace troupe::test
