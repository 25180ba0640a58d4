// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/step_protocol.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// How steps ended when this branch ran before, in another process: they are not run again. One
/// path may have ended several times, retries and all; they are taken in that order, as the branch
/// comes to them. The supervisors of one branch share it.
class replays {
public:
  explicit replays(std::vector<recorded> all) {
    for (auto& x : all)
      by_path_[x.path].push_back(std::move(x.end));
  }

  std::optional<finished> take(const std::string& path) {
    std::lock_guard guard{mutex_};
    auto found = by_path_.find(path);
    if (found == by_path_.end())
      return {};
    auto first = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty())
      by_path_.erase(found);
    return first;
  }

private:
  std::mutex mutex_;
  std::map<std::string, std::deque<finished>> by_path_;
};

} // namespace troupe
