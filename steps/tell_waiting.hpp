// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/step.hpp"

#include <functional>
#include <string>

namespace troupe::steps {

/// Tells listeners that the step waits for one of the engine's own limits.
inline std::function<void()> tell_waiting(const step_input& in, std::string limit) {
  return [host = in.host, limit = std::move(limit)] {
    host->report(event_type::limit_waiting, {{"limit", limit}});
  };
}

} // namespace troupe::steps
