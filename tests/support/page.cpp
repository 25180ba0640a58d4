// SPDX-License-Identifier: Apache-2.0
#include "tests/support/page.hpp"

#include <sstream>

namespace troupe::test {

std::vector<block> blocks_of(const std::string& page) {
  std::vector<block> all;
  std::istringstream in{page};
  std::string line, before;
  auto begins_anew = false;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("```")) {
      all.push_back({before, line.substr(3), {}, number});
      for (++number; std::getline(in, line) && line != "```"; ++number)
        all.back().content += line + "\n";
      before.clear();
    } else if (line.empty()) {
      begins_anew = true;
    } else {
      before = begins_anew ? line : before + " " + line;
      begins_anew = false;
    }
  }
  return all;
}

} // namespace troupe::test
