// SPDX-License-Identifier: Apache-2.0
#include "config/native/kind_schemas.hpp"

namespace troupe::config {

namespace {

using nlohmann::json;
using form = kind_schemas::form;

json text_of(const step_kind& kind, form x) {
  auto out = kind.params;
  out.erase("required");
  if (x != form::filled_in)
    out["additionalProperties"] = true; // unknown ones are told by name
  if (x == form::part)
    for (auto key : {"oneOf", "anyOf", "allOf", "if"})
      out.erase(key);
  if (x != form::filled_in)
    return out;
  out.erase("if");
  if (out.contains("properties"))
    for (auto& [name, property] : out["properties"].items())
      if (property.value("format", "") == "jq" || property.value("format", "") == "shell")
        property = json::object();
  return out;
}

} // namespace

const kind_schemas::compiled& kind_schemas::of(const std::shared_ptr<const step_kind>& kind,
                                               form x) {
  auto key = std::pair{kind, x};
  auto known = known_.find(key);
  if (known == known_.end())
    known = known_.emplace(std::move(key), schema::compile(text_of(*kind, x))).first;
  return known->second;
}

} // namespace troupe::config
