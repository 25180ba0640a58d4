// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/alarm_queue.hpp"
#include "messages/timer_protocol.hpp"

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

namespace troupe {

struct timer_state {
  static inline const char* name = "troupe.timer";
  using time_point = caf::actor_clock::time_point;
  struct owner {
    caf::actor_addr who; // keeps nobody alive
    attempt_id attempt;
    friend bool operator==(const owner&, const owner&) = default;
  };
  struct hash {
    size_t operator()(const owner& x) const {
      return std::hash<caf::actor_addr>{}(x.who) * 31 + x.attempt;
    }
  };

  alarm_queue<owner, hash> alarms;
  time_point armed_for = time_point::max(); // when the one tick that counts comes
  uint64_t epoch = 0;                       // of that tick
};

using timer_actor = caf::stateful_actor<timer_state>;

/// One for the whole engine. Everybody else stays clear of CAF's clock, whose messages cannot be
/// withdrawn and keep their receiver alive.
caf::behavior timer(timer_actor* self, duration grain);

} // namespace troupe
