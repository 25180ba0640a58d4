// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster_fault/records.hpp"

namespace troupe::test {

/// What is wrong with what the steps of a run have done, a line each. `paid` steps must not run
/// twice, and `asked` takes the place of one that may have.
/// - All that was done in the other run was done in this one, and nothing else.
/// - A step began again at most once for each move of the branch around it; not when its end was
///   known; `paid` never.
/// - No worker went on with a branch that had moved on.
std::string problems_of(const book& done, const records& seen, const book& expected);

} // namespace troupe::test
