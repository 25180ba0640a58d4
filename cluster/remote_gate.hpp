// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/holders.hpp"
#include "messages/cluster_protocol.hpp"
#include "messages/gate_protocol.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <string>

namespace troupe {

struct remote_gate_state {
  static inline const char* name = "troupe.remote_gate";
  std::string gate; ///< its name where it is
  caf::actor branch;
  troupe::holders holders;
};

using remote_gate_actor = caf::stateful_actor<remote_gate_state>;

/// Stands on a worker for a gate that is where the run is: a limit, or a budget. Lives as long as
/// the branch that it belongs to.
caf::behavior remote_gate(remote_gate_actor* self, std::string gate, caf::actor branch);

/// Branch to its gates: it is over. Owed one `gate_closed`, behind all that is to be said before.
struct close_gate {};
struct gate_closed {
  std::string gate = {};
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::gate_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::close_gate)
