// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/simulation.hpp"

#include <vector>

namespace troupe::test {

/// Scenarios a little smaller than this one: without one node, one attribute, or the cancel, or
/// with a group's place taken by what is in it. Some of them are no valid flow.
std::vector<scenario> smaller(const scenario& x);

} // namespace troupe::test
