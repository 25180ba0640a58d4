// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace troupe {

/// Files that are made together: they replace nothing, and are gone again unless they are kept.
class new_files {
public:
  new_files() = default;
  ~new_files();
  new_files(const new_files&) = delete;
  new_files& operator=(const new_files&) = delete;

  /// file_error: it is there already, or cannot be written.
  expected<void> write(const std::filesystem::path& file, const std::string& text, mode_t mode);
  void keep() { made_.clear(); }

private:
  std::vector<std::filesystem::path> made_;
};

} // namespace troupe
