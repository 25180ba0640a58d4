// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

namespace troupe::steps {

/// Runs a jq program; a cancel stops it.
step_kind jq_kind() {
  auto schema = R"({
    "type": "object",
    "properties": {
      "program": {"aliases": ["filter", "query", "expression"], "type": "string", "format": "jq",
                  "description": "`.` is the input; $inputs, $context and $<id> are there too"},
      "input": {"description": "what `.` is instead of the node's input"}
    },
    "required": ["program"],
    "additionalProperties": false
  })"_json;
  auto run = [](const step_input& in) -> step_output {
    auto result = in.host->evaluate("program", in.params.find("input").value_or(in.input));
    if (!result)
      throw step_error{result.error().code, result.error().message};
    return *result;
  };
  return {"jq",         "Runs a jq program; several values become a list.", schema, "any", "any",
          plain_fn{run}};
}

} // namespace troupe::steps
