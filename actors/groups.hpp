// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/group_spec.hpp"

namespace troupe {

/// The policy and the children of a node's own shape; nothing for a step and for what waits.
std::optional<group_spec> body_group(const run_services& services, const plan::node& x);

/// A child that runs the whole of a node.
child_spec whole(const plan::node& x, place where = place::member);

} // namespace troupe
