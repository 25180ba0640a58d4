// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/placed.hpp"

namespace troupe {

// What a branch elsewhere wants of the gates of its run: `placed` asks them in its name.

void ask_gate(placed_actor* self, const gate_asked& x);
void answer_gate(placed_actor* self, attempt_id attempt, bool is_granted, std::string waits_for);
void leave_gate(placed_actor* self, const gate_left& x);
void meter(placed_actor* self, const gate_spent& x);

/// Gives back whatever the branch holds or waits for.
void leave_gates(placed_actor* self);

} // namespace troupe
