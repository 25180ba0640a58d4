// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/holders.hpp"
#include "actors/policy/ledger.hpp"
#include "actors/run_services.hpp"
#include "messages/gate_protocol.hpp"
#include "messages/timer_protocol.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <string>

namespace troupe {

struct budget_state {
  static inline const char* name = "troupe.budget";
  shared_services services; ///< of the owner; its budget is the one around this
  std::string path;         ///< the owner's
  plan::budget spec;
  std::optional<troupe::ledger> books;
  troupe::holders holders;
  caf::actor owner; ///< null once it has been told that the budget is exceeded
  bool has_warned = false;
};

using budget_actor = caf::stateful_actor<budget_state>;

/// Lets steps in as a node's budget says, and as the budgets around it say; told what they cost.
/// Lives as long as the supervisor that owns it.
caf::behavior budget(budget_actor* self, shared_services services, std::string path,
                     plan::budget spec, caf::actor owner);

} // namespace troupe
