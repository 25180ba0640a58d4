// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace troupe::cli {

/// What a stream leads to.
struct terminal {
  bool is_terminal = false;
  bool has_motion = false; ///< its cursor can be moved: not where TERM is `dumb`
  bool has_colors = false; ///< likewise, unless NO_COLOR is set
  size_t columns = 80;     ///< the terminal's; elsewhere COLUMNS, else any number
};

terminal terminal_of(int fd);

/// A text from outside, without what would move a terminal's cursor or change its colours.
std::string harmless(std::string text);
/// The same on one line.
std::string one_line(std::string text);

/// How many columns a text takes; control characters and colours take none.
size_t width_of(const std::string& text);
/// At most so many columns, with `…` if something is left out.
std::string cut(const std::string& text, size_t columns);

enum class color { green = 32, yellow = 33, red = 31, dim = 2, bold = 1 };
std::string colored(const terminal& x, color how, const std::string& text);

} // namespace troupe::cli
