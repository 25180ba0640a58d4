// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/value.hpp"

extern "C" {
#include <jq.h>
#include <jv.h>
}

namespace troupe::config {

/// As a jq value; parts of a composite are converted without writing it out first.
jv to_jq(const value& x);
/// Takes over `x`. Whole numbers below 2^53 become integers.
nlohmann::json from_jq(jv x);

} // namespace troupe::config
