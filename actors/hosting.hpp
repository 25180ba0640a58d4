// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/supervisor.hpp"

#include <functional>

// How a group does the work of children that need no actor.
namespace troupe {

void wait_for_turn(supervisor_actor* self, attempt_id attempt, running_child& child);

/// Begins with the child whose turn it is, unless it has been told to stop: an inline function
/// comes to its end at once, anything else is under way then. Returns what time it is. What takes
/// long to begin is not to hold up those beside it: when one did, the next ones get actors.
std::optional<caf::actor_clock::time_point> begin_next(supervisor_actor* self);

/// Something has come for a child that is hosted; an unknown attempt is stale.
void pass_on(supervisor_actor* self, attempt_id attempt,
             const std::function<std::optional<step_end>(step_execution&)>& tell);

/// Tells a hosted child to stop.
void stop_hosted(supervisor_actor* self, attempt_id attempt, running_child& child);

} // namespace troupe
