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
      (x.is_group ? groups_ : steps_)[x.path].push_back(std::move(x.end));
  }

  std::optional<finished> take(const std::string& path) { return take_from(steps_, path); }
  /// What was told of a group when it had been done there.
  std::optional<finished> take_group(const std::string& path) { return take_from(groups_, path); }

private:
  using ends = std::map<std::string, std::deque<finished>>;

  std::optional<finished> take_from(ends& all, const std::string& path) {
    std::lock_guard guard{mutex_};
    auto found = all.find(path);
    if (found == all.end())
      return {};
    auto first = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty())
      all.erase(found);
    return first;
  }

  std::mutex mutex_;
  ends steps_, groups_;
};

} // namespace troupe
