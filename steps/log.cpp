// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

namespace troupe::steps {

/// Tells whoever listens to the run; gives back its input.
step_kind log_kind() {
  auto schema = R"({
    "type": "object",
    "properties": {
      "message": {"description": "what to tell; anything but text is written as JSON"},
      "level": {"enum": ["debug", "info", "warning", "error"], "description": "info by default"}
    },
    "required": ["message"],
    "additionalProperties": false
  })"_json;
  auto run = [](const step_input& in) -> step_output {
    auto level = in.param("level").as_text();
    in.log(level.empty() ? "info" : level, in.param("message").as_text());
    return in.input;
  };
  return {"log",  "Tells whoever listens to the run, and gives back its input.",
          schema, "any",
          "any",  inline_fn{run}};
}

} // namespace troupe::steps
