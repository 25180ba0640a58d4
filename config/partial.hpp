// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "troupe/flow.hpp"

namespace troupe::config {

/// A plan of that part; invalid_input for ids that are not there, and for outputs that would be
/// missing.
expected<std::shared_ptr<plan::flow>> take_part(const plan::flow& x, const flow_part& which);

} // namespace troupe::config
