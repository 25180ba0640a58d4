// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/observe.hpp"

#include <vector>

namespace troupe::observe {

/// For each span that took time the number of a lane, from 0, so that spans of one lane either lie
/// inside of their parent or do not overlap. A span shares its parent's lane if it can.
std::vector<size_t> lanes_for(const std::vector<span>& all);

} // namespace troupe::observe
