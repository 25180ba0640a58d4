// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"

#include <string>
#include <vector>

namespace troupe::observe {

struct tick {
  duration at;
  std::string label;
};

/// Marks from 0 to `whole`, a round time apart: 1, 2 or 5 times a power of ten up to seconds, then
/// parts of minutes, hours and days. At most `most` (> 0) besides 0.
std::vector<tick> ticks_for(duration whole, size_t most);

} // namespace troupe::observe
