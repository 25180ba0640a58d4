// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace troupe::cli {

/// The last line of a terminal, kept up to date; nothing where a cursor cannot be moved. Other
/// lines go above it.
class status_line {
public:
  explicit status_line(int fd);
  ~status_line();
  status_line(const status_line&) = delete;
  status_line& operator=(const status_line&) = delete;

  void show(const std::string& text); ///< one line, without its end
  void say(const std::string& line);  ///< with its end

private:
  int fd_;
  bool has_motion_;
  std::string shown_;
};

} // namespace troupe::cli
