// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"
#include "troupe/error.hpp"
#include "troupe/export.hpp"
#include "troupe/metrics.hpp"
#include "troupe/value.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// How a node or a run ended. Only a run ends as waiting.
enum class status : uint8_t { succeeded, degraded, failed, cancelled, skipped, waiting };

TROUPE_EXPORT std::string_view to_string(status x);

using wall_time = std::chrono::system_clock::time_point;

/// ISO 8601 in UTC with milliseconds: `2026-11-20T10:00:00.000Z`.
TROUPE_EXPORT std::string to_iso8601(wall_time x);

/// How one node ended. The same shape at every level; `children` nests.
struct step_result {
  std::string path = {}; ///< unique in the run
  std::string name = {}; ///< the node's id
  std::string type = {}; ///< the step's kind, or the group's shape
  troupe::status status = status::succeeded;
  value output = {};
  std::optional<troupe::error> error = {}; ///< set when failed or cancelled
  std::string feedback = {};               ///< one sentence on what went wrong in a group
  int attempts = 1;                        ///< how often it was tried
  wall_time started_at = {};
  troupe::duration duration = {}; ///< waiting included
  troupe::metrics metrics = {};   ///< those of children, failed and cancelled ones included
  std::map<std::string, value> metadata = {}; ///< facts; they do not add up
  std::string worker = {};                    ///< that it ran on; empty: in this process
  std::string action = {};                    ///< where it leads to, if it says so
  std::optional<double> quality = {};         ///< what the step says of its own output
  bool abandoned = false;                     ///< user code had not returned by the time of this
  std::vector<std::shared_ptr<const step_result>> children = {}; ///< in order of definition

  /// Nothing went wrong: succeeded, degraded or skipped.
  bool ok() const { return status != status::failed && status != status::cancelled; }
  /// It ran and has an output that may be used.
  bool success() const { return status == status::succeeded || status == status::degraded; }
};

/// Which parts of a result tree `as_value` shows.
struct result_view {
  bool outputs = true;
  bool children = true;
};

/// The result as users see it in JSON; outputs are shared, not copied.
TROUPE_EXPORT value as_value(const step_result& x, result_view view = {});

} // namespace troupe
