// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/value.hpp"

#include <optional>

extern "C" {
#include <jq.h>
#include <jv.h>
}

namespace troupe::config {

/// As a jq value; parts of a composite are converted without writing it out first.
jv to_jq(const value& x);
/// Takes over `x`. Whole numbers below 2^53 become integers. Nothing if it is nested deeper than
/// 256 levels.
std::optional<nlohmann::json> from_jq(jv x);

} // namespace troupe::config
