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

/// Its beginning is told, and its order made.
start begin_work(supervisor_actor* self, attempt_id attempt, running_child& child,
                 const std::string& path);
/// The child gets its actor, its order and its time limit.
void hand_over(supervisor_actor* self, attempt_id attempt);
/// The end of a child without an actor waits for its turn: the policy is never asked while it is
/// being obeyed.
void settle_later(supervisor_actor* self, running_child& child, finished x);

void stop_child(supervisor_actor* self, attempt_id attempt, stop_reason why);
/// Nothing stops what takes back.
void stop_all(supervisor_actor* self, stop_reason why);

} // namespace troupe
