// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "messages/step_protocol.hpp"
#include "troupe/event.hpp"
#include "troupe/metrics.hpp"

#include <memory>
#include <string>

namespace troupe {

namespace config {
class schema; // config/schema.hpp
}

/// Run to itself: begin.
struct begin_run {};

/// Engine to run: stop everything.
struct cancel_run {};

/// Anybody in a run to the run: this has happened. The run numbers it and passes it on.
struct note {
  event_type type = event_type::step_progress;
  std::string path = {};
  nlohmann::json data = {};
};

/// Step to run: its user code has not returned by the time of its answer.
struct abandoned {
  std::string path = {};
};

/// Job or promise to run: user code that was abandoned has returned, and cost this.
struct late {
  std::string path = {};
  troupe::metrics spent = {};
};

/// Wait to run: somebody is to send this signal.
struct await_signal {
  attempt_id attempt = 0;
  std::string path = {};
  std::string name = {};
  std::string message = {};                          ///< for people
  std::shared_ptr<const config::schema> schema = {}; ///< of the payload; null: any
};

/// Wait to run: not any more.
struct forget_signal {
  std::string path = {};
};

/// Run to wait: it has come.
struct signalled {
  attempt_id attempt = 0;
  value payload = {};
};

/// Engine to run: here is a signal. Kept until somebody waits for it.
struct send_signal {
  std::string name = {};
  value payload = {};
};

/// Rehearsal to run: end as waiting, if there is nothing left to wait for but signals.
struct end_waiting {};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::await_signal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::forget_signal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::signalled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::send_signal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::end_waiting)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::begin_run)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cancel_run)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::note)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::abandoned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::late)
