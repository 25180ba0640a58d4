// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"
#include "troupe/step_result.hpp"
#include "troupe/value.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace troupe {

enum class event_type : uint8_t {
  run_started,        ///< data: `flow`, `run_id`
  step_started,       ///< data: `type`
  step_progress,      ///< data: what the step reported
  step_output,        ///< data: `text`, a piece of a streamed output
  step_log,           ///< data: `level`, `message`
  step_retrying,      ///< data: `attempt` (the next), `after_ms`, `error`
  fallback_triggered, ///< data: `backup` (its id), `error`
  step_finished,      ///< data: `type`, `status`, `duration_ms`, `error`, `metrics`
  branch_cancelled,   ///< data: `reason`
  context_conflict,   ///< data: `key`, `policy`
  limit_waiting,      ///< data: `limit`, the name of what it waits for
  budget_warning,     ///< data: `share` of the budget that has been spent, from 0.8
  waiting_for_signal, ///< data: `signal`, `message`, `schema` of the payload
  node_lost,          ///< data: `worker`, `reason`; of a branch that ran there
  branch_moved,       ///< data: `worker` (the next), `moves` so far
  late_spent,         ///< data: `metrics` of an abandoned call that has returned
  events_dropped,     ///< data: `count` of step_output and step_progress that were not delivered
  run_finished,       ///< data: `status`, `duration_ms`, `error`, `metrics`; always the last
};

TROUPE_EXPORT std::string_view to_string(event_type x);

/// Something that happened in a run. Numbered by the run, without gaps.
struct event {
  uint64_t number = 0; ///< from 1
  event_type type = event_type::run_started;
  wall_time time = {};
  std::string path = {}; ///< the node; empty: the run
  nlohmann::json data = {};
};

TROUPE_EXPORT void to_json(nlohmann::json& out, const event& x);

/// Told of each event of a run, in order, from one thread at a time, never from an actor's. A slow
/// one loses only step_output and step_progress.
using event_listener = std::function<void(const event&)>;

} // namespace troupe
