// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

namespace troupe::steps {

/// Fills in a text.
step_kind template_kind() {
  auto schema = R"({
    "type": "object",
    "properties": {"text": {"aliases": ["template"], "description": "the text; its templates are filled in"}},
    "required": ["text"],
    "additionalProperties": false
  })"_json;
  auto run = [](const step_input& in) -> step_output {
    return value{nlohmann::json(in.param("text").as_text())};
  };
  return {"template", "Fills in a text.", schema, "any", "text", inline_fn{run}};
}

} // namespace troupe::steps
