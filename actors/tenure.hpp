// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"

#include <caf/actor_clock.hpp>

#include <atomic>
#include <limits>

namespace troupe {

/// For how long two nodes count on each other: a lease from when the other one was last heard of.
/// Once over it stays over, whatever comes late: by then the branches may be elsewhere. May be
/// asked from any thread.
class tenure {
public:
  using time_point = caf::actor_clock::time_point;

  tenure(time_point now, duration lease) : lease_{lease}, end_{end_from(now)} {}

  /// The other one was heard of.
  void extend(time_point now) {
    if (!is_over(now))
      end_ = end_from(now);
  }
  /// Nothing begins any more, at once.
  void end() { end_ = std::numeric_limits<count>::min(); }
  bool is_over(time_point now) const { return now.time_since_epoch().count() > end_; }

private:
  using count = time_point::rep;
  count end_from(time_point now) const { return (now + lease_).time_since_epoch().count(); }

  const duration lease_;
  std::atomic<count> end_;
};

} // namespace troupe
