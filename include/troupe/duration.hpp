// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

using duration = std::chrono::nanoseconds;

/// Reads `250ms`, `1.5s`, `30s`, `2m`, `1h`, `1d`. Nothing for anything else, for negative numbers
/// and for more than 10 years.
TROUPE_EXPORT std::optional<duration> parse_duration(std::string_view text);

/// A number of seconds, under the same limits.
TROUPE_EXPORT std::optional<duration> from_seconds(double seconds);

/// Short and exact to three digits: `250ms`, `1.5s`, `2m5s`.
TROUPE_EXPORT std::string to_string(duration x);

inline double to_ms(duration x) { return std::chrono::duration<double, std::milli>{x}.count(); }

} // namespace troupe
