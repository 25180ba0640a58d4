// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"

#include <chrono>

namespace troupe {

/// When that much time will have passed. What the clock cannot count is its last moment, for a
/// sum that overflows is one that has passed.
inline std::chrono::steady_clock::time_point moment_after(duration x) {
  auto now = std::chrono::steady_clock::now();
  auto left = std::chrono::steady_clock::time_point::max() - now;
  return x < left ? now + x : std::chrono::steady_clock::time_point::max();
}

} // namespace troupe
