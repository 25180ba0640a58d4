// SPDX-License-Identifier: Apache-2.0
#include "steps/file_access.hpp"
#include "steps/kinds.hpp"
#include "troupe/encoding.hpp"

#include <fcntl.h>

namespace troupe::steps {

/// Reads a file whole.
step_kind read_file_kind(const file_roots& roots) {
  auto schema = R"({
    "type": "object",
    "properties": {"file_path": {"aliases": ["path", "file", "filename"], "type": "string", "description": "the file"}},
    "required": ["file_path"],
    "additionalProperties": false
  })"_json;
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto path = in.param("file_path").text();
    auto place = access.place_to_read(path);
    auto text = read_all(open_beneath(place, O_RDONLY), place);
    if (is_utf8(text))
      return {{"content", std::move(text)}, {"file_path", path}};
    return {{"content", base64(text)}, {"content_is_binary", true}, {"file_path", path}};
  };
  return {"read-file",  "Reads a file; what is no text comes as base64.", schema, "any", "json",
          plain_fn{run}};
}

} // namespace troupe::steps
