// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/metrics.hpp"

#include <cstdint>

namespace troupe {

/// What budgets count.
struct spending {
  int64_t cost = 0; ///< in units of 1e-9 USD
  int64_t tokens = 0;
  int64_t steps = 0; ///< that were started

  /// Of a bill: its `cost_usd`, and its `tokens` (a number, or an object with a `total`, or with
  /// parts that add up). Counts no steps.
  static spending of(const metrics& x);

  spending& operator+=(const spending& x);
  spending& operator-=(const spending& x);
  friend spending operator+(spending x, const spending& y) { return x += y; }
  friend bool operator==(const spending&, const spending&) = default;
};

} // namespace troupe
