// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <set>
#include <string>

namespace troupe::observe {

/// Keeps the values of a label few, whoever writes the names: each one is a time series for ever.
/// Any thread may ask.
class label_names {
public:
  /// The name itself if it is one of the first 100, else `other`.
  std::string label_for(const std::string& name) {
    constexpr size_t most = 100;
    std::lock_guard guard{mutex_};
    if (known_.size() < most)
      known_.insert(name);
    return known_.contains(name) ? name : "other";
  }

private:
  std::mutex mutex_;
  std::set<std::string> known_;
};

} // namespace troupe::observe
