// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

namespace troupe::config {

/// A name with what ids may hold in place of what they may not.
std::string as_id(std::string name);

/// Finds ids that are free: those that are taken stay so, and are not tried again.
class free_ids {
public:
  /// `wish`, or else `wish_2`, `wish_3` …
  std::string find(const std::string& wish,
                   const std::function<bool(const std::string&)>& is_taken);

private:
  std::unordered_map<std::string, int> next_; ///< number to try, by wish
};

} // namespace troupe::config
