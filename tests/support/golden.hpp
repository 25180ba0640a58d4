// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace troupe::test {

/// Everything in a file of the tests' own folder.
std::string read_text(const std::filesystem::path& file);

/// Requires that the text is what the file holds; with TROUPE_REWRITE_GOLDEN set, writes the file
/// instead.
void check_golden(const std::filesystem::path& file, const std::string& text);

/// The files with that ending below a folder of the tests, in order of name.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                            const std::vector<std::string>& endings);

/// The project's folder.
std::filesystem::path source_folder();

/// A folder of a test's own, empty, gone with the test; it is the working directory meanwhile.
class scratch_folder {
public:
  scratch_folder();
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const { return read_text(path_ / name); }
  bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }

private:
  std::filesystem::path before_, path_;
};

} // namespace troupe::test
