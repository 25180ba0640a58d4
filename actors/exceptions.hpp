// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <caf/error.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>

#include <exception>

namespace troupe {

/// An exception that leaves a handler ends the actor without a word: CAF's own handler prints, and
/// a library does not. Whoever waits for the actor learns of its end as of any other.
inline void end_without_printing(caf::scheduled_actor* self) {
  self->set_exception_handler(
    [](std::exception_ptr&) -> caf::error { return caf::sec::runtime_error; });
}

} // namespace troupe
