// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"
#include "steps/whole_file.hpp"

namespace troupe::steps {

/// Deletes one file, no folder.
step_kind delete_file_kind(const file_roots& roots) {
  auto schema = R"({
    "type": "object",
    "properties": {"file_path": {"aliases": ["path", "file", "filename"], "type": "string", "description": "the file"}},
    "required": ["file_path"],
    "additionalProperties": false
  })"_json;
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto path = in.param("file_path").text();
    remove_file(access.place_to_write(path));
    return {{"deleted", true}, {"file_path", path}};
  };
  return {.name = "delete-file",
          .summary = "Deletes a file.",
          .params = schema,
          .output = "json",
          .run = plain_fn{run},
          .reaches_outside = true};
}

} // namespace troupe::steps
