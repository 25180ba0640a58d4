// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

namespace troupe::steps {

/// Gives back `value`, or its input.
step_kind echo_kind() {
  auto schema = R"({
    "type": "object",
    "properties": {"value": {"aliases": ["message", "text"], "description": "what to give back; without it, the input"}},
    "additionalProperties": false
  })"_json;
  auto run = [](const step_input& in) -> step_output {
    return in.params.find("value").value_or(in.input);
  };
  return {"echo", "Gives back a value, or its input.", schema, "any", "any", inline_fn{run}};
}

} // namespace troupe::steps
