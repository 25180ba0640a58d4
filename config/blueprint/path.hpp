// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/blueprint/step_names.hpp"
#include "config/blueprint/words.hpp"

#include <string>

namespace troupe::config::blueprint {

/// As it is written between `${` and `}`.
std::string native_reference(const path& x, const step_names& names, words& in);
/// As jq has it.
std::string jq_way(const path& x);
std::string jq_path(const path& x, const step_names& names, words& in);

} // namespace troupe::config::blueprint
