// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace troupe {

/// Calls that were given up on and have not returned, by path. The bill of one may come before the
/// word that it was given up on: they are said by different threads.
class open_calls {
public:
  void give_up(const std::string& path) { change(path, 1); }
  void take_bill(const std::string& path) { change(path, -1); }

  bool empty() const { return counts_.empty(); }
  /// A path for each of them.
  std::vector<std::string> paths() const {
    std::vector<std::string> all;
    for (auto& [path, count] : counts_)
      for (auto i = 0; i < count; ++i)
        all.push_back(path);
    return all;
  }

private:
  void change(const std::string& path, int by) {
    auto& count = counts_[path];
    count += by;
    if (count == 0)
      counts_.erase(path);
  }

  std::map<std::string, int> counts_;
};

} // namespace troupe
