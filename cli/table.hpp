// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace troupe::cli {

/// Rows in columns as wide as their widest cell, two blanks apart; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

} // namespace troupe::cli
