// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace troupe::cli {

/// Lines of a file descriptor, without their ends; empty ones are passed over. Waits for either a
/// line or something else.
class line_reader {
public:
  /// `wake`: another descriptor; while there is something to read from it, nobody waits for lines.
  line_reader(int fd, int wake) : fd_{fd}, wake_{wake} {}

  /// The next line if one is there, or once it comes; nothing at the end, or when it was woken.
  std::optional<std::string> next();
  bool is_at_end() const { return is_at_end_ && at_ == buffer_.size(); }

private:
  std::optional<std::string> next_in_buffer();
  bool fill();

  int fd_, wake_;
  std::string buffer_;
  size_t at_ = 0;
  size_t searched_ = 0; // up to here there is no end of a line
  bool is_at_end_ = false;
};

} // namespace troupe::cli
