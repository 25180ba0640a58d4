// SPDX-License-Identifier: Apache-2.0
#include "troupe/event.hpp"

#include <array>

namespace troupe {

std::string_view to_string(event_type x) {
  constexpr std::array<std::string_view, 18> names{
    "run_started",        "step_started",     "step_progress",      "step_output",
    "step_log",           "step_retrying",    "fallback_triggered", "step_finished",
    "branch_cancelled",   "context_conflict", "limit_waiting",      "budget_warning",
    "waiting_for_signal", "node_lost",        "branch_moved",       "late_spent",
    "events_dropped",     "run_finished"};
  return names[static_cast<size_t>(x)];
}

void to_json(nlohmann::json& out, const event& x) {
  out = {{"number", x.number},
         {"event", to_string(x.type)},
         {"time", to_iso8601(x.time)},
         {"path", x.path}};
  if (!x.data.is_null())
    out["data"] = x.data;
}

} // namespace troupe
