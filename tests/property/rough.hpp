// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/simulation.hpp"

#include <string>
#include <vector>

namespace troupe::test {

/// What is wrong with a performance, by rules that hold whenever things begin: that limits get
/// their permits back, that budgets hold, and that what failed is undone. The reference knows
/// nothing of these, for with them nobody can say when a step begins.
std::vector<std::string> rules_broken_by(const document& flow, const performance& what);

} // namespace troupe::test
