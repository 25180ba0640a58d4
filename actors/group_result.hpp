// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/supervisor.hpp"

#include <functional>

namespace troupe {

/// Everything that ended, in order of definition and then of time; children that never started are
/// there as skipped, made by `skipped` (backups, and what is hidden, are not).
std::vector<shared_result> children_of(const supervisor_state& st,
                                       const std::function<step_result(child_index)>& skipped);

/// Adds to a group's result what its children tell: counts, errors, and a sentence for people.
void describe_children(step_result& x);

/// Tells listeners that a child begins.
void tell_start(supervisor_actor* self, const plan::node& node, const std::string& path);

/// Tells listeners how a child has ended.
void tell_end(supervisor_actor* self, const step_result& x, std::optional<stop_reason> stopped);

} // namespace troupe
