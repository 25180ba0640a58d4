// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/simulation.hpp"

#include <string>
#include <vector>

namespace troupe::test {

/// What is wrong with a performance of a flow, by the semantics alone: each complaint names the
/// path, what was wanted and what was found. None: it is one of the outcomes that are allowed.
///
/// The reference is sequential: it walks the document and the result tree together. Times are
/// virtual and exact, so it knows of every node when it had to start, when it would have ended by
/// itself, and when the first reason came to stop it. Only where two of these fall on one moment is
/// either allowed.
std::vector<std::string> complaints_about(const document& flow, const performance& what);

} // namespace troupe::test
