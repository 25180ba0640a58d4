// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"
#include "steps/whole_file.hpp"

#include <fcntl.h>

namespace troupe::steps {

namespace {

/// Texts as they are, anything else as indented JSON.
std::string contents_from(const value& x) {
  return x.is_string()
           ? x.text()
           : x.json().dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace

/// Writes a file: whole or not at all, unless it appends.
step_kind write_file_kind(const file_roots& roots) {
  auto schema = R"({
    "type": "object",
    "properties": {
      "file_path": {"aliases": ["path", "file", "filename"], "type": "string", "description": "the file; missing folders are made"},
      "content": {"aliases": ["text", "data"], "description": "what to write; anything but text is written as JSON"},
      "append": {"type": "boolean", "description": "add to what is there"}
    },
    "required": ["file_path", "content"],
    "additionalProperties": false
  })"_json;
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto path = in.param("file_path").text();
    auto text = contents_from(in.param("content"));
    auto place = access.place_to_write(path);
    if (in.param("append").json() == true) {
      std::string name;
      open_folder_of(place, name, true);
      write_all(open_beneath(place, O_WRONLY | O_CREAT | O_APPEND, 0666), text, place);
    } else {
      write_whole(place, text, true);
    }
    return {{"written", true}, {"file_path", path}, {"bytes", text.size()}};
  };
  return {.name = "write-file",
          .summary = "Writes a file, whole or not at all.",
          .params = schema,
          .output = "json",
          .run = plain_fn{run},
          .reaches_outside = true};
}

} // namespace troupe::steps
