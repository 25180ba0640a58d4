// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "troupe/step_result.hpp"

#include <string>
#include <vector>

namespace troupe {

/// What stands behind a node's body when it has succeeded: `returns` is checked, `set` adds to
/// `delta`. `output`, if it is not null, then takes the place of the result's. What does not fit
/// turns the result into a failure, which changes nothing.
void end_node(const plan::node& x, const plan::value_template* output, const scope& scope,
              const value& input, step_result& result, changes& delta);

/// What a node has to say without failing.
void add_warnings(step_result& result, const std::vector<std::string>& warnings);

} // namespace troupe
