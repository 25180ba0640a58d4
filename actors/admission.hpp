// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/supervisor.hpp"
#include "messages/gate_protocol.hpp"

namespace troupe {

// What a step has to pass before it starts: the budgets around it, then its limits in order of
// name. Groups and wrappers pass freely: the steps inside of them ask.

/// Asks the next gate; false if there is none left, and the child may start.
bool ask_next_gate(supervisor_actor* self, attempt_id attempt);

/// Gives back what the child was given, and tells budgets what it has cost.
void leave_gates(supervisor_actor* self, attempt_id attempt, running_child& child,
                 const metrics& bill);

} // namespace troupe
