// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"

namespace troupe::config {

/// A plan as JSON, for those who show it; see `flow::describe`.
nlohmann::json describe(const plan::flow& x);

} // namespace troupe::config
