// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"
#include "steps/whole_file.hpp"

#include <cerrno>
#include <cstdio>

namespace troupe::steps {

namespace {

void move(const placed_file& from, const placed_file& to, bool overwrite) {
  std::string old_name, new_name;
  auto old_folder = open_folder_of(from, old_name, false);
  auto new_folder = open_folder_of(to, new_name, true);
  auto flags = overwrite ? 0u : static_cast<unsigned>(RENAME_NOREPLACE);
  if (::renameat2(old_folder.get(), old_name.c_str(), new_folder.get(), new_name.c_str(), flags) ==
      0)
    return;
  if (errno != EXDEV)
    throw_file_error(errno == EEXIST ? to : from, errno);
  copy_whole(from, to, overwrite);
  remove_file(from);
}

} // namespace

/// Moves a file; between file systems by copying it.
step_kind move_file_kind(const file_roots& roots) {
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto from = in.param("source_path").text(), to = in.param("dest_path").text();
    move(access.place_to_write(from), access.place_to_write(to), wants_overwrite(in));
    return {{"moved", true}, {"source_path", from}, {"dest_path", to}};
  };
  return {.name = "move-file",
          .summary = "Moves or renames a file.",
          .params = schema_of_two_paths(),
          .output = "json",
          .run = plain_fn{run},
          .reaches_outside = true};
}

} // namespace troupe::steps
