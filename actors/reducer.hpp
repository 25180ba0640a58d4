// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/call.hpp"
#include "actors/policy/context_merge.hpp"
#include "actors/run_services.hpp"
#include "actors/supervisor.hpp"
#include "messages/timer_protocol.hpp"
#include "messages/work_protocol.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <map>
#include <memory>
#include <string>

namespace troupe {

struct reducer_state {
  static inline const char* name = "troupe.reducer";
  shared_services services;
  plan::context_rules of_group;
  std::string path; // of the group
  caf::actor supervisor;
  reduced reply;
  struct computed_key {
    std::string name;
    std::shared_ptr<troupe::call> call;
    bool is_program; // of jq; else a function of the host
    bool has_alarm;
  };
  std::map<attempt_id, computed_key> computing; // those that have no value yet, by number
};

using reducer_actor = caf::stateful_actor<reducer_state>;

/// Merges what the branches of one group changed; the only place where contexts merge. Answers once
/// and leaves.
caf::behavior reducer(reducer_actor* self, shared_services services, plan::context_rules of_group,
                      std::string path);

/// One for the group that this supervisor runs.
caf::actor spawn_reducer(supervisor_actor* self);

} // namespace troupe
