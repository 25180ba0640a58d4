// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/referee.hpp"

#include <functional>
#include <queue>
#include <utility>
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

/// When each of several branches begins that are tried one after another: a while after the latest
/// start, or at once when one has failed.
class hedged_turns {
public:
  hedged_turns(moment start, moment after) : turn_{start}, after_{after} {}

  /// `is_doubled`: the one behind it began at the same moment. This matters if a failure and the
  /// end of the wait come together: either may be first.
  moment next(bool is_doubled) {
    if (std::exchange(is_first_, false) || turn_ == never)
      return turn_;
    auto later = turn_ + after_;
    auto failure = failures_.empty() ? never : failures_.top();
    turn_ = std::min(later, failure);
    if (failure == turn_ && !(failure == later && is_doubled))
      failures_.pop();
    return turn_;
  }

  void failed(moment x) { failures_.push(x); }
  void pass() { turn_ = never; }

private:
  moment turn_, after_;
  bool is_first_ = true;
  std::priority_queue<moment, std::vector<moment>, std::greater<>> failures_;
};

} // namespace troupe::test
