// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <caf/fwd.hpp>

namespace troupe {

/// Lets the threads of the system that is made of this know which one it is.
void mark_threads_of(caf::actor_system_config& config);

/// Whether `add_message_types` has seen what the system was made of.
bool is_prepared(const caf::actor_system& x);

/// Whether the caller runs in a thread of that system, which must not block.
bool is_inside(const caf::actor_system& x);

} // namespace troupe
