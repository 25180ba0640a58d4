// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace troupe {

/// Why something failed. The names are stable: they appear in JSON, and in `retry.on` and
/// `fallback_on` of documents.
enum class errc : uint8_t {
  step_failed,          ///< The step ran and reported a failure, or threw.
  crashed,              ///< An actor went down without an answer.
  timeout,              ///< No answer before the timeout or the deadline.
  cancelled,            ///< Nobody wanted the answer any more.
  invalid_input,        ///< The flow's inputs or a step's params are not what was declared.
  invalid_output,       ///< A step answered something that it must not answer.
  unresolved_reference, ///< A template named something that is not there.
  merge_conflict,       ///< Branches changed one context key, or gave outputs, that do not merge.
  payload_too_large,    ///< Something exceeded the size that is allowed for it.
  denied,               ///< The engine's options do not allow it, such as a file out of its roots.
  process_exit,         ///< A process ended with an exit code that is not 0, or by a signal.
  connection_failed,    ///< A service could not be reached, or the connection broke.
  http_status,          ///< A service answered with a status that is a failure.
  file_error,           ///< The operating system refused a file operation.
  expression_failed,    ///< A jq program raised an error or gave no value.
  loop_limit,           ///< A loop, a jump back or a chain of calls went on for too long.
  quorum_unreachable,   ///< So many branches failed that the wanted number cannot succeed.
  budget_exceeded,      ///< What may be spent has been spent.
  pool_exhausted,       ///< Every thread for blocking calls is held by a call that was abandoned.
  would_block,          ///< A blocking call of the API from one of the same engine's own threads.
  closed,               ///< The engine is closing and takes no more runs.
  not_portable,         ///< A C++ function without a kind stands where a document needs a name.
  node_lost,            ///< The worker that ran a branch was lost, and the branch must not move.
  no_worker,            ///< No worker can take a branch, or none was free in time.
};

/// All of them, in order.
TROUPE_EXPORT std::vector<errc> every_errc();
/// The code's stable name.
TROUPE_EXPORT std::string_view to_string(errc code);
/// The code of that name; nothing if there is none.
TROUPE_EXPORT std::optional<errc> errc_from(std::string_view name);
/// One sentence on what the code means.
TROUPE_EXPORT std::string_view description(errc code);

} // namespace troupe
