// SPDX-License-Identifier: Apache-2.0
#include "config/chain/content.hpp"

#include <algorithm>

namespace troupe::config {

bool is_collected(const content& x) {
  return x.type == "parallel" || x.type == "list" || x.type == "json";
}

contents items_in(const contents& lists) {
  contents all;
  for (auto& x : lists)
    for (auto& part : x.parts) {
      auto holds_others = part.type == "list" || !part.parts.empty();
      auto inner = holds_others ? items_in({part}) : contents{part};
      all.insert(all.end(), inner.begin(), inner.end());
    }
  return all;
}

std::string described(const content& x) {
  auto is_of = [&](const content& one) { return one.type == x.parts.front().type; };
  auto is_known = x.type == "list" && !x.parts.empty() &&
                  std::all_of(x.parts.begin(), x.parts.end(), is_of) &&
                  x.parts.front().type != "any";
  return x.type + (is_known ? " of " + x.parts.front().type : "");
}

} // namespace troupe::config
