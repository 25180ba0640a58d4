// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/child_actor.hpp"
#include "messages/work_protocol.hpp"

#include <caf/behavior.hpp>

namespace troupe {

class call;

/// How long an asynchronous step may take to stop and to say so: the 2 s that a process has before
/// it is killed, and one to reap it.
constexpr duration stop_limit = std::chrono::seconds{3};

/// Runs one call of user code, and is free all the while to be cancelled. The code itself runs on
/// the pool (plain), elsewhere (async), or right here (inline).
class step_actor final : public child_actor {
public:
  using child_actor::child_actor;
  const char* name() const override { return "troupe.step"; }
  caf::behavior make_behavior() override;

  std::shared_ptr<troupe::call> call;    // null until started
  std::shared_ptr<const outcome> parked; // its answer, once some time has passed
  std::vector<std::string> unfilled;     // templates in its params that stay as they are
  bool stopping = false;                 // told to stop; the answer is awaited

protected:
  bool is_recorded() const override;
};

} // namespace troupe
