// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"
#include "troupe/limit.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

namespace troupe {

/// Hands out permits in the order of asking: not more at a time than the limit's concurrency, and
/// not faster than its rate (a token bucket: tokens come at the rate and are saved up to `burst`).
/// Pure: it is told what time it is.
class permits {
public:
  using ticket = uint64_t;

  permits(limit spec, duration now) : spec_{spec}, tokens_{spec.burst}, filled_at_{now} {}

  void ask(ticket x) { waiting_.push_back(x); }
  /// The permit comes back, or is no longer wanted. Unknown ones are ignored.
  void give_back(ticket x);
  /// Those that get one now.
  std::vector<ticket> grant(duration now);
  /// When a permit that only time withholds will be there; nothing: none is.
  std::optional<duration> next_after(duration now) const;

  /// How long until all tokens are back, and it is as good as new but for the permits held.
  duration until_full(duration now) const;

  size_t held() const { return held_.size(); }
  size_t waiting() const { return waiting_.size(); }

private:
  bool has_place() const { return spec_.concurrency == 0 || held_.size() < spec_.concurrency; }
  void fill(duration now);

  limit spec_;
  double tokens_;
  duration filled_at_;
  std::set<ticket> held_;
  std::deque<ticket> waiting_;
};

} // namespace troupe
