// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/evaluation.hpp"
#include "actors/policy/context_merge.hpp"
#include "actors/run_services.hpp"
#include "actors/supervisor.hpp"
#include "messages/timer_protocol.hpp"
#include "messages/work_protocol.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <map>

namespace troupe {

struct reducer_state {
  static inline const char* name = "troupe.reducer";
  shared_services services;
  plan::context_rules of_group;
  caf::actor supervisor;
  reduced reply;
  struct computed_key {
    std::string name;
    std::shared_ptr<evaluation> program;
  };
  std::map<attempt_id, computed_key> computing; // those whose jq has not answered, by number
};

using reducer_actor = caf::stateful_actor<reducer_state>;

/// Merges what the branches of one group changed; the only place where contexts merge. Answers once
/// and leaves.
caf::behavior reducer(reducer_actor* self, shared_services services, plan::context_rules of_group);

/// One for the group that this supervisor runs.
caf::actor spawn_reducer(supervisor_actor* self);

} // namespace troupe
