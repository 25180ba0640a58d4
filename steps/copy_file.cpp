// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"
#include "steps/whole_file.hpp"

namespace troupe::steps {

/// Copies a file with its mode.
step_kind copy_file_kind(const file_roots& roots) {
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto from = in.param("source_path").text(), to = in.param("dest_path").text();
    copy_whole(access.place_to_read(from), access.place_to_write(to), wants_overwrite(in));
    return {{"copied", true}, {"source_path", from}, {"dest_path", to}};
  };
  return {.name = "copy-file",
          .summary = "Copies a file.",
          .params = schema_of_two_paths(),
          .output = "json",
          .run = plain_fn{run},
          .reaches_outside = true};
}

} // namespace troupe::steps
