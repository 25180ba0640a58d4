// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace troupe {

/// A new UUID of version 7: sorts by time. Source: RFC 9562, section 5.7.
std::string new_run_id();

} // namespace troupe
