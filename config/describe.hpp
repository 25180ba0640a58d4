// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"

namespace troupe::config {

/// A plan as JSON, for those who show it; see `flow::describe`.
nlohmann::json describe(const plan::flow& x);

/// With what is known before a run filled in; see `flow::preview`.
nlohmann::json preview(const plan::flow& x, const value& inputs);

} // namespace troupe::config
