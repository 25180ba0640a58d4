// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/holders.hpp"
#include "actors/policy/permits.hpp"
#include "messages/gate_protocol.hpp"
#include "messages/timer_protocol.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace troupe {

struct limiter_state {
  static inline const char* name = "troupe.limiter";
  std::string limit; ///< its name
  std::optional<troupe::permits> permits;
  troupe::holders holders;
  caf::actor timer;
  std::shared_ptr<std::atomic<size_t>> waiting;
  caf::actor itself; ///< while its rate is to be remembered; null: who uses it keeps it
};

using limiter_actor = caf::stateful_actor<limiter_state>;

/// Lets steps of any runs in as a limit says. Lives while a run uses it, and until its rate allows
/// a whole burst again: a new one in its place is then no other. `waiting`: where it notes how many
/// it keeps waiting.
caf::behavior limiter(limiter_actor* self, std::string name, limit spec, caf::actor timer,
                      std::shared_ptr<std::atomic<size_t>> waiting);

} // namespace troupe
