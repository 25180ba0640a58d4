// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "troupe/context.hpp"
#include "troupe/spending.hpp"
#include "troupe/step_result.hpp"
#include "troupe/value.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

struct scope; // config/scope.hpp: what templates may read
namespace plan {
struct node; // config/plan.hpp
}

/// Names one delivery of work to one child; the supervisor that starts the child issues it and
/// never uses it twice.
using attempt_id = uint64_t;

/// Why a child is told to stop.
enum class stop_reason : uint8_t {
  requested,  ///< From above: the run, or the group around, was cancelled.
  superseded, ///< The group's outcome no longer depends on this child.
  timeout,    ///< Its time is up.
  budget,     ///< What may be spent has been spent.
};

std::string_view to_string(stop_reason x);

/// Parent to child: begin. Sent once; the child owes exactly one `finished`.
struct start {
  attempt_id attempt = 0;
  value input = {};
  std::shared_ptr<const troupe::scope> scope = {};
  int try_number = 1; ///< of the node: more after a retry
  duration waited{0}; ///< for permits
  friend bool operator==(const start&, const start&) = default;
};

/// Parent to child: stop. Idempotent; the one `finished` is owed all the same. Urgent mail, so it
/// may overtake its `start`.
struct cancel {
  attempt_id attempt = 0;
  stop_reason reason = stop_reason::requested;
  friend bool operator==(const cancel&, const cancel&) = default;
};

using shared_result = std::shared_ptr<const step_result>;

/// The results inside a node that later nodes read, by their number in the plan.
using left_results = std::vector<std::pair<size_t, shared_result>>;

/// A node that has succeeded and can be undone, as it was then.
struct completed {
  const plan::node* undo = nullptr; ///< what undoes it
  std::string path = {};            ///< where it ran
  std::string worker = {};          ///< on which one; empty: in this process
  value output = {};
  std::shared_ptr<const troupe::scope> scope = {}; ///< with the output as `result`
  uint64_t order = 0;                              ///< of completion, all over the run
};

using undo_log = std::vector<std::shared_ptr<const completed>>;

/// Child to parent: all that it waits for is signals; or no longer so. May come any number of
/// times.
struct paused {
  attempt_id attempt = 0;
  bool is_paused = true;
};

/// Child to parent: how it ended. The child's last message.
struct finished {
  attempt_id attempt = 0;
  shared_result result = {};
  changes delta = {};        ///< of the context; only when it succeeded
  left_results results = {}; ///< likewise
  undo_log undo = {};        ///< what inside of it can be undone, however it ended
  friend bool operator==(const finished&, const finished&) = default;
};

/// Supervisor to itself, behind mail that has come meanwhile, or timer to supervisor: go on with
/// what needs no actor.
struct proceed {};

/// Supervisor to timer: answer with `proceed`. On that way it gives up its thread, and others that
/// wait for one have theirs.
struct ask_to_proceed {};

/// To the recorder: how a step has ended, before its parent is told. A branch that runs again
/// elsewhere does not run this step again. Of a group only that it has been done, or undone, and
/// what takes it back: it is gone through again, for what has ended inside of it.
struct recorded {
  std::string path = {};
  finished end = {};
  bool is_group = false;
};

std::string to_string(const start& x);
std::string to_string(const cancel& x);
std::string to_string(const finished& x);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::start)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cancel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::paused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ask_to_proceed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::proceed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::recorded)
