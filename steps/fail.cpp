// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

namespace troupe::steps {

/// Fails, with a code of the author's choice.
step_kind fail_kind() {
  auto schema = R"({
    "type": "object",
    "properties": {
      "message": {"description": "what the error says"},
      "code": {"type": "string", "description": "an error code; step_failed if there is none"}
    },
    "additionalProperties": false
  })"_json;
  auto run = [](const step_input& in) -> step_output {
    auto name = in.param("code").as_text();
    auto code = name.empty() ? errc::step_failed : errc_from(name);
    if (!code)
      throw step_error{errc::invalid_input, "params/code: there is no error code \"" + name + "\""};
    auto message = in.param("message").as_text();
    throw step_error{*code, message.empty() ? "failed on purpose" : message};
  };
  return {"fail", "Fails, with a message and a code.", schema, "any", "any", inline_fn{run}};
}

} // namespace troupe::steps
