// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/engine.hpp"

#include <caf/behavior.hpp>
#include <caf/response_promise.hpp>
#include <caf/stateful_actor.hpp>

#include <map>
#include <string>

namespace troupe {

struct flow_actor_state {
  static inline const char* name = "troupe.flow";
  struct asked {
    run_handle run;
    caf::response_promise answer;
    caf::actor_addr by; // null: nobody waits for the answer
  };
  std::map<uint64_t, asked> runs = {}; // that have not ended
  uint64_t last = 0;
};

using flow_actor = caf::stateful_actor<flow_actor_state>;

/// Runs a flow for whoever asks. See troupe/caf.hpp.
caf::behavior flow_runner(flow_actor* self, engine::implementation* by, const flow& x);

} // namespace troupe
