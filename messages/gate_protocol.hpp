// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "messages/step_protocol.hpp"

#include <nlohmann/json.hpp>

namespace troupe {

// Between a supervisor and what a step has to pass before it starts: limits, and budgets.

/// Supervisor to gate: may this attempt begin? It is let in once, in the order of asking.
struct acquire {
  attempt_id attempt = 0;
  spending expected = {}; ///< what it will probably spend
  bool is_undo = false;   ///< part of taking something back: never refused
};

/// Gate to supervisor: not yet.
struct queued {
  attempt_id attempt = 0;
  std::string gate = {};
};

/// Gate to supervisor: it may. What it was given comes back with `release`.
struct granted {
  attempt_id attempt = 0;
};

/// Supervisor to gate: the attempt has ended, and cost this; or it is no longer wanted.
struct release {
  attempt_id attempt = 0;
  spending spent = {};
  bool has_started = true; ///< false: it was let in, and then not wanted
};

/// Job or promise to budget, in the supervisor's name: an attempt that runs has spent this by now,
/// in total. Or, to all budgets around: one that was given up on has spent it after all.
struct spent {
  attempt_id attempt = 0; ///< 0: of nobody who is known any more
  spending amount = {};
};

/// Supervisor to the budget that it owns: it is over.
struct close_budget {};

/// Budget to the supervisor that owns it: no more may be spent.
struct exceeded {
  troupe::error why = {};
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::acquire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::queued)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::granted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::release)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::spent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::close_budget)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::exceeded)
