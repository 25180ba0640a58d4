// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/session.hpp"

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <map>
#include <memory>
#include <string>

namespace troupe {

struct agent_state {
  static inline const char* name = "troupe.agent";
  std::shared_ptr<const worker_identity> me;
  std::map<std::string, caf::actor_addr> sessions; ///< by coordinator
};

using agent_actor = caf::stateful_actor<agent_state>;

/// What a worker shows to the world: lets coordinators in, one session each.
caf::behavior agent(agent_actor* self, std::shared_ptr<const worker_identity> me);

} // namespace troupe
