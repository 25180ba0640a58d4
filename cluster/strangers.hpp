// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace troupe {

/// Connections that were accepted and have not shown yet who they are. Anybody can make such: only
/// so many are kept, and only for so long; the oldest go first. May be used from any thread.
class strangers : public std::enable_shared_from_this<strangers> {
public:
  using clock = std::chrono::steady_clock;

  strangers(size_t most, duration longest) : most_{most}, longest_{longest} {}

  /// The socket is one of them until what is returned is let go of, which must be before it is
  /// closed.
  std::shared_ptr<void> add(int socket, clock::time_point now);
  void hang_up_on_oldest();
  void hang_up_on_late(clock::time_point now);

private:
  struct stranger {
    int socket;
    clock::time_point since;
  };
  void forget(uint64_t number);
  void hang_up_on_first();

  const size_t most_;
  const duration longest_;
  std::mutex mutex_;
  uint64_t last_ = 0;
  std::map<uint64_t, stranger> all_; // the oldest first
};

} // namespace troupe
