// SPDX-License-Identifier: Apache-2.0
#include "troupe/errc.hpp"

#include <array>

namespace troupe {

namespace {

struct entry {
  errc code;
  std::string_view name;
  std::string_view description;
};

constexpr std::array entries{
  entry{errc::step_failed, "step_failed", "The step ran and reported a failure, or threw."},
  entry{errc::crashed, "crashed", "An actor went down without an answer."},
  entry{errc::timeout, "timeout", "No answer before the timeout or the deadline."},
  entry{errc::cancelled, "cancelled", "Nobody wanted the answer any more."},
  entry{errc::invalid_input, "invalid_input",
        "The flow's inputs or a step's params are not what was declared."},
  entry{errc::invalid_output, "invalid_output",
        "A step answered something that it must not answer."},
  entry{errc::unresolved_reference, "unresolved_reference",
        "A template named something that is not there."},
  entry{errc::merge_conflict, "merge_conflict",
        "Branches changed one context key, or gave outputs, that do not merge."},
  entry{errc::payload_too_large, "payload_too_large",
        "Something exceeded the size that is allowed for it."},
  entry{errc::denied, "denied",
        "The engine's options do not allow it, such as a file out of its roots."},
  entry{errc::process_exit, "process_exit",
        "A process ended with an exit code that is not 0, or by a signal."},
  entry{errc::connection_failed, "connection_failed",
        "A service could not be reached, or the connection broke."},
  entry{errc::http_status, "http_status", "A service answered with a status that is a failure."},
  entry{errc::file_error, "file_error", "The operating system refused a file operation."},
  entry{errc::expression_failed, "expression_failed",
        "A jq program raised an error or gave no value."},
  entry{errc::loop_limit, "loop_limit",
        "A loop, a jump back or a chain of calls went on for too long."},
  entry{errc::quorum_unreachable, "quorum_unreachable",
        "So many branches failed that the wanted number cannot succeed."},
  entry{errc::budget_exceeded, "budget_exceeded", "What may be spent has been spent."},
  entry{errc::pool_exhausted, "pool_exhausted",
        "Every thread for blocking calls is held by a call that was abandoned."},
  entry{errc::would_block, "would_block",
        "A blocking call of the API from one of the same engine's own threads."},
  entry{errc::closed, "closed", "The engine is closing and takes no more runs."},
  entry{errc::not_portable, "not_portable",
        "A C++ function without a kind stands where a document needs a name."},
  entry{errc::node_lost, "node_lost",
        "The worker that ran a branch was lost, and the branch must not move."},
  entry{errc::no_worker, "no_worker", "No worker can take a branch, or none was free in time."},
};

} // namespace

std::vector<errc> every_errc() {
  std::vector<errc> all;
  for (auto& x : entries)
    all.push_back(x.code);
  return all;
}

std::string_view to_string(errc code) { return entries[static_cast<size_t>(code)].name; }

std::optional<errc> errc_from(std::string_view name) {
  for (auto& x : entries)
    if (x.name == name)
      return x.code;
  return {};
}

std::string_view description(errc code) { return entries[static_cast<size_t>(code)].description; }

} // namespace troupe
