// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

#include "troupe/lists.hpp"

namespace troupe::steps {

/// Splits a list into as many inputs as there are to be parts.
step_kind split_kind() {
  auto schema = R"({
    "type": "object",
    "properties": {
      "strategy": {"type": "string", "enum": ["duplicate", "round_robin", "chunk"],
                   "description": "the whole for each, items dealt in turn, or neighbours"},
      "parts": {"type": "integer", "minimum": 1, "maximum": 1000000, "description": "how many"},
      "items": {"description": "what to split; without it, the input"}
    },
    "required": ["strategy", "parts"],
    "additionalProperties": false
  })"_json;
  auto run = [](const step_input& in) -> step_output {
    auto items = in.params.find("items").value_or(in.input);
    auto parts = in.param("parts").json().get<size_t>();
    auto strategy = in.param("strategy").text();
    if (strategy == "duplicate")
      return value::list(std::vector<value>(parts, items));
    if (!items.is_array())
      throw step_error{errc::invalid_input,
                       std::string{"wanted a list to split, got "} + items.type_name()};
    return value::list(strategy == "chunk" ? chunks(items, parts) : dealt(items, parts));
  };
  return {"split", "Splits a list into parts.", schema, "any", "list", inline_fn{run}};
}

} // namespace troupe::steps
