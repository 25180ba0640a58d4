// SPDX-License-Identifier: Apache-2.0
#include "cli/table.hpp"

#include "cli/terminal.hpp"

#include <algorithm>

namespace troupe::cli {

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      auto is_last = i + 1 == row.size();
      text += row[i] + (is_last ? "\n" : std::string(widths[i] - width_of(row[i]) + 2, ' '));
    }
  }
  return text;
}

} // namespace troupe::cli
