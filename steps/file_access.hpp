// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "steps/unique_fd.hpp"
#include "troupe/registry.hpp"

#include <sys/types.h>

#include <string>

namespace troupe::steps {

/// A file that has been found to be below one of the roots: the root, opened, and the way from
/// there.
struct placed_file {
  unique_fd root;
  std::string path;  ///< relative to the root, never empty
  std::string given; ///< as the document has it, for messages
};

/// Opens files below the roots and nowhere else: the kernel resolves each path beneath its root, so
/// that neither `..` nor a symbolic link leads out. Throws step_error (denied, file_error).
class file_access {
public:
  explicit file_access(file_roots roots) : roots_{std::move(roots)} {}

  placed_file place_to_read(const std::string& path) const {
    return place(path, roots_.read, "read");
  }
  placed_file place_to_write(const std::string& path) const {
    return place(path, roots_.write, "written");
  }

private:
  static placed_file place(const std::string& path, const std::vector<std::string>& roots,
                           const char* done_to_it);
  file_roots roots_;
};

/// openat2 with RESOLVE_BENEATH.
unique_fd open_beneath(const placed_file& x, int flags, mode_t mode = 0);
/// The folder that the file is in, opened, made if it is missing; `name`: the file's own.
unique_fd open_folder_of(const placed_file& x, std::string& name, bool make_missing);

[[noreturn]] void throw_file_error(const placed_file& x, int number);

/// Everything in it; payload_too_large above 64 MiB.
std::string read_all(const unique_fd& from, const placed_file& x);
void write_all(const unique_fd& to, const std::string& text, const placed_file& x);

} // namespace troupe::steps
