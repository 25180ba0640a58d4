// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/engine.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace troupe::test {

inline std::set<std::string> types_of(const std::vector<event>& all) {
  std::set<std::string> types;
  for (auto& x : all)
    types.emplace(to_string(x.type));
  return types;
}

/// Keeps what it is told; of a run it is told the end after who waits for the result.
struct listening {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<event> all;

  /// Blocks until this has happened.
  void await(const std::string& type, const std::string& path) {
    std::unique_lock guard{mutex};
    changed.wait(guard, [&] {
      return std::any_of(all.begin(), all.end(),
                         [&](auto& x) { return to_string(x.type) == type && x.path == path; });
    });
  }
  run_options options() {
    return {.on_event = [this](const event& x) {
      std::lock_guard guard{mutex};
      all.push_back(x);
      changed.notify_all();
    }};
  }
};

} // namespace troupe::test
