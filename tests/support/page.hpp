// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace troupe::test {

/// What stands between two fences, and the paragraph that leads to it.
struct block {
  std::string before, language, content;
  size_t line;
};

std::vector<block> blocks_of(const std::string& page);

} // namespace troupe::test
