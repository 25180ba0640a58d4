// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "troupe/event.hpp"
#include "troupe/metrics.hpp"

#include <string>

namespace troupe {

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

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::begin_run)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cancel_run)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::note)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::abandoned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::late)
