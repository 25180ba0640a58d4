// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace troupe::config {

/// What is wrong with a regular expression (ECMAScript) of a schema; empty: nothing. The standard
/// library recurses for each byte of a text and backtracks without bound, so that a pattern may
/// have 256 bytes and groups 8 deep, and no repetition of what repeats by itself.
std::string problem_of_pattern(const std::string& text);

} // namespace troupe::config
