// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/placed.hpp"

namespace troupe {

// The steps of a branch elsewhere that wait for signals: `placed` waits in their name, also while
// the branch is on its way to another worker.

void await_signal_for(placed_actor* self, const signal_awaited& x);
void give_signal(placed_actor* self, const signalled& x);
void drop_signal(placed_actor* self, uint64_t number);

/// The next worker asks for them again.
void keep_waits(placed_actor* self);

void drop_waits(placed_actor* self);

} // namespace troupe
