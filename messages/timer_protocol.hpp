// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "messages/step_protocol.hpp"

#include <caf/actor_clock.hpp>

#include <optional>

namespace troupe {

/// Anybody to timer: tell me when that much time has passed. One alarm for each attempt of a
/// sender: a second one replaces the first.
struct set_alarm {
  attempt_id attempt = 0;
  duration after{0};
  /// From when it counts; nothing: from when the timer hears of it, which may be later when much is
  /// going on.
  std::optional<caf::actor_clock::time_point> since = {};
  friend bool operator==(const set_alarm&, const set_alarm&) = default;
};

/// The same to the timer: never mind. Unknown ones are ignored.
struct clear_alarm {
  attempt_id attempt = 0;
  friend bool operator==(const clear_alarm&, const clear_alarm&) = default;
};

/// Timer to who asked: it has. May still come for an alarm that was cleared just then.
struct expired {
  attempt_id attempt = 0;
  friend bool operator==(const expired&, const expired&) = default;
};

/// Timer to itself: the earliest alarm is due. Of an older epoch: superseded by an earlier alarm.
struct tick {
  uint64_t epoch = 0;
  friend bool operator==(const tick&, const tick&) = default;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::set_alarm)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::clear_alarm)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::expired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::tick)
