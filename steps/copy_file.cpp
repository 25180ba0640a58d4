// SPDX-License-Identifier: Apache-2.0
#include "steps/file_access.hpp"
#include "steps/kinds.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace troupe::steps {

namespace {

const char* const two_paths = R"({
  "type": "object",
  "properties": {
    "source_path": {"type": "string", "description": "the file"},
    "dest_path": {"type": "string", "description": "its new place; missing folders are made"},
    "overwrite": {"type": "boolean", "description": "replace a file that is there; false by default"}
  },
  "required": ["source_path", "dest_path"],
  "additionalProperties": false
})";

void copy(const placed_file& from, const placed_file& to, bool overwrite) {
  auto source = open_beneath(from, O_RDONLY);
  struct stat info {};
  ::fstat(source.get(), &info);
  write_whole(to, read_all(source, from), overwrite, info.st_mode & 0777);
}

void remove(const placed_file& x) {
  std::string name;
  auto folder = open_folder_of(x, name, false);
  if (::unlinkat(folder.get(), name.c_str(), 0) != 0)
    throw_file_error(x, errno);
}

bool wants_overwrite(const step_input& in) { return in.param("overwrite").json() == true; }

} // namespace

/// Copies a file with its mode.
step_kind copy_file_kind(const file_roots& roots) {
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto from = in.param("source_path").text(), to = in.param("dest_path").text();
    copy(access.place_to_read(from), access.place_to_write(to), wants_overwrite(in));
    return {{"copied", true}, {"source_path", from}, {"dest_path", to}};
  };
  return {"copy-file", "Copies a file.", nlohmann::json::parse(two_paths),
          "any",       "json",           plain_fn{run}};
}

/// Moves a file; between file systems by copying it.
step_kind move_file_kind(const file_roots& roots) {
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto source = in.param("source_path").text(), target = in.param("dest_path").text();
    auto from = access.place_to_write(source), to = access.place_to_write(target);
    std::string old_name, new_name;
    auto old_folder = open_folder_of(from, old_name, false);
    auto new_folder = open_folder_of(to, new_name, true);
    auto flags = wants_overwrite(in) ? 0u : static_cast<unsigned>(RENAME_NOREPLACE);
    if (::renameat2(old_folder.get(), old_name.c_str(), new_folder.get(), new_name.c_str(),
                    flags) != 0) {
      if (errno != EXDEV)
        throw_file_error(errno == EEXIST ? to : from, errno);
      copy(from, to, wants_overwrite(in));
      remove(from);
    }
    return {{"moved", true}, {"source_path", source}, {"dest_path", target}};
  };
  return {"move-file",  "Moves or renames a file.", nlohmann::json::parse(two_paths), "any", "json",
          plain_fn{run}};
}

/// Deletes one file, no folder.
step_kind delete_file_kind(const file_roots& roots) {
  auto schema = R"({
    "type": "object",
    "properties": {"file_path": {"type": "string", "description": "the file"}},
    "required": ["file_path"],
    "additionalProperties": false
  })"_json;
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto path = in.param("file_path").text();
    remove(access.place_to_write(path));
    return {{"deleted", true}, {"file_path", path}};
  };
  return {"delete-file", "Deletes a file.", schema, "any", "json", plain_fn{run}};
}

} // namespace troupe::steps
