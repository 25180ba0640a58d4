// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

namespace troupe::steps {

namespace {

duration wanted_time(const value& x) {
  auto read = x.is_string() ? parse_duration(x.text()) : from_seconds(x.json().get<double>());
  if (!read)
    throw step_error{
      errc::invalid_input,
      "params/for: wanted a duration such as \"250ms\" or a number of seconds, got " + x.dump()};
  return *read;
}

} // namespace

/// Waits, holding no thread; then gives back its input. Reacts to cancel at once.
step_kind sleep_kind() {
  auto schema = R"({
    "type": "object",
    "properties": {
      "for": {"type": ["string", "number"], "format": "duration", "description": "how long: \"250ms\", \"2m\", or seconds"}
    },
    "required": ["for"],
    "additionalProperties": false
  })"_json;
  auto run = [](const step_input& in, const promise& answer) {
    answer.succeed_after(wanted_time(in.param("for")), in.input);
  };
  return {"sleep", "Waits, and gives back its input.", schema, "any", "any", async_fn{run}};
}

} // namespace troupe::steps
