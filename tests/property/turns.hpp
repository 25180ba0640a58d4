// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/referee.hpp"

#include <functional>
#include <queue>
#include <vector>

namespace troupe::test {

/// When each of several may begin, if only so many run at a time.
class turns {
public:
  turns(size_t workers, moment start) : free_{workers}, turn_{start} {}

  /// The moment of the next one's turn.
  moment next() {
    if (free_ > 0) {
      --free_;
    } else if (turn_ != never) {
      turn_ = ends_.empty() ? never : ends_.top();
      if (!ends_.empty())
        ends_.pop();
    }
    return turn_;
  }

  /// The one whose turn it was has run until then.
  void ended(moment x) { ends_.push(x); }
  /// It has not run, and neither will those behind it.
  void pass() { turn_ = never; }

private:
  size_t free_;
  moment turn_;
  std::priority_queue<moment, std::vector<moment>, std::greater<>> ends_;
};

} // namespace troupe::test
