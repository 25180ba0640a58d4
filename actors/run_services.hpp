// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "config/redactor.hpp"
#include "messages/step_protocol.hpp"

#include <caf/actor.hpp>
#include <caf/actor_clock.hpp>

#include <memory>
#include <string>

namespace troupe {

/// What all actors of a run share. Immutable while the run goes on.
struct run_services {
  std::shared_ptr<void> lease =
    {}; ///< first, so that it goes last: then nothing of the run is left
  std::shared_ptr<const plan::flow> flow;
  std::string run_id;
  caf::actor run;   ///< takes notes of what happens
  caf::actor timer; ///< the only one that waits for time to pass
  caf::actor pool;  ///< the only one that may block
  std::shared_ptr<const config::redactor> secrets = {}; ///< null if there are none
  bool has_listeners = false; ///< nobody is told of events that nobody hears
  wall_time started_at = {};
  caf::actor_clock::time_point started = {};

  wall_time wall_time_of(caf::actor_clock::time_point x) const {
    return started_at + std::chrono::duration_cast<wall_time::duration>(x - started);
  }
};

using shared_services = std::shared_ptr<const run_services>;

/// Shows which part of a node an actor runs: wrappers are actors only where they are used.
enum class layer : uint8_t {
  whole,   ///< with its fallback
  guarded, ///< without its fallback, with its retry
  body,    ///< the step or the group alone
};

} // namespace troupe
