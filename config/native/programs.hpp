// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/native/reading.hpp"

namespace troupe::config {

/// Compiles all programs at once, and finds out which of them are wrong if they do not compile.
void check_programs(reading& all);

} // namespace troupe::config
