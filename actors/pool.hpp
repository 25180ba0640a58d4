// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/thread_pool.hpp"

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include <memory>

namespace troupe {

/// Hands work to the engine's threads, so that actors never touch a lock that a thread holds for
/// long. In tests a plain actor takes its place and runs the job itself.
caf::behavior pool(caf::event_based_actor* self, std::shared_ptr<thread_pool> threads);

} // namespace troupe
