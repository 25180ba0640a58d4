// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace troupe::cli {

/// Lines of a file descriptor, without their ends; empty ones are passed over. Waits for either a
/// line or something else.
class line_reader {
public:
  static constexpr size_t most_bytes = size_t{16} << 20; ///< of a line

  /// `wake`: another descriptor; while there is something to read from it, nobody waits for lines.
  line_reader(int fd, int wake) : fd_{fd}, wake_{wake} {}

  /// The next line if one is there, or once it comes; nothing at the end, or when it was woken. Of
  /// a line that is too long only the beginning: one byte more than may be.
  std::optional<std::string> next();
  /// Why reading has ended before the end; empty: it has not.
  const std::string& trouble() const { return trouble_; }
  bool is_at_end() const { return is_at_end_ && at_ == buffer_.size(); }

private:
  std::optional<std::string> next_in_buffer();
  bool fill();

  int fd_, wake_;
  std::string buffer_;
  size_t at_ = 0;
  size_t searched_ = 0; // up to here there is no end of a line
  bool is_at_end_ = false;
  bool is_skipping_ = false; // the rest of a line that is too long
  std::string trouble_;
};

} // namespace troupe::cli
