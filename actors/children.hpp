// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/supervisor.hpp"
#include "messages/gate_protocol.hpp"

// How a group's children begin and stop.
namespace troupe {

inline const child_spec& spec_of(supervisor_actor* self, child_index index) {
  return self->state.spec.children[index];
}

/// A result for a child that has no actor to make one.
step_result result_of(supervisor_actor* self, child_index index, size_t number, status how);

/// Begins with a child as its policy has assigned it, when that much time has passed.
void launch_child(supervisor_actor* self, assignment& x, duration after);
/// Its alarm has come: it begins if it waited for its time, else it is told to stop.
void take_alarm(supervisor_actor* self, attempt_id attempt);
/// Its `when` has been computed.
void take_condition(supervisor_actor* self, const evaluated& x);
/// A gate has let it pass.
void take_permit(supervisor_actor* self, attempt_id attempt);
/// A gate lets it wait.
void tell_waiting(supervisor_actor* self, const queued& x);

/// Calls the child whose turn it is, unless it has been told to stop, and returns when its function
/// returned; its end is at hand then. A long function is not to hold up those beside it: when one
/// was, the next ones get actors.
std::optional<caf::actor_clock::time_point> call_next(supervisor_actor* self);

void stop_child(supervisor_actor* self, attempt_id attempt, stop_reason why);
/// Nothing stops what takes back.
void stop_all(supervisor_actor* self, stop_reason why);

} // namespace troupe
