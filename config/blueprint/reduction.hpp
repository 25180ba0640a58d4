// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace troupe::config::blueprint {

/// What a parallel step makes of the list of its branches' results.
struct reduction {
  std::string rule = {};                         ///< empty: each branch's output by its name
  std::map<std::string, std::string> names = {}; ///< of branches, by id, where they differ
  bool skips_unchosen = false;
  bool fails_with_a_branch = false;
};

/// `keys`, `values`, `union`, …
std::vector<std::string> reduction_rules();

/// As a jq program over that list.
std::string to_jq(const reduction& x);

} // namespace troupe::config::blueprint
