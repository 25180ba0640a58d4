// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "config/redactor.hpp"
#include "messages/step_protocol.hpp"

#include <caf/actor.hpp>
#include <caf/actor_clock.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

class elsewhere;    // actors/elsewhere.hpp
class replays;      // actors/replays.hpp
class result_cache; // store/
class tenure;       // actors/tenure.hpp
struct staging;     // actors/staging.hpp

/// How steps run that never block.
struct fusion_rules {
  bool is_on = true; ///< by the group around them, which needs no actors for them
  /// After so many calls, beginnings, ends and alarms without mail for the group, other actors get
  /// their turn.
  size_t longest_turn = 1000;
};

/// What all actors of a run share. Immutable while the run goes on.
struct run_services {
  std::shared_ptr<void> lease =
    {}; ///< first, so that it goes last: then nothing of the run is left
  std::shared_ptr<const plan::flow> flow;
  std::string run_id;
  std::string worker = {}; ///< what this process is called there; empty: it is where runs begin
  caf::actor run;          ///< takes notes of what happens
  caf::actor timer;        ///< the only one that waits for time to pass
  caf::actor pool;         ///< the only one that may block
  std::shared_ptr<const config::redactor> secrets = {};       ///< null if there are none
  std::map<std::string, caf::actor, std::less<>> limits = {}; ///< by name
  caf::actor budget = {};                                     ///< the innermost around; null: none
  std::vector<caf::actor> all_budgets = {};                   ///< outermost first
  bool is_undoing = false; ///< what runs takes back what was done: no budget refuses it
  const plan::context_rules* context_rules = nullptr;      ///< of the flow that runs, or is called
  std::shared_ptr<std::atomic<uint64_t>> completions = {}; ///< counts steps that can be undone
  std::shared_ptr<result_cache> cache = {};
  std::shared_ptr<const elsewhere> cluster = {}; ///< null: all runs in this process
  caf::actor recorder = {};                      ///< is told how steps end; null: nobody is
  caf::actor first_asked = {};                   ///< before a step that must not run twice; or null
  std::shared_ptr<troupe::replays> replays = {}; ///< of what has ended before; null: nothing has
  std::shared_ptr<const troupe::tenure> tenure = {}; ///< of who wants it done; null: always
  std::shared_ptr<const staging> stage = {};         ///< null: this is no rehearsal
  fusion_rules fusion = {};
  bool keeps_all = true;      ///< results of nodes that there is nothing to tell of, too
  bool has_listeners = false; ///< nobody is told of events that nobody hears
  wall_time started_at = {};
  caf::actor_clock::time_point started = {};

  wall_time wall_time_of(caf::actor_clock::time_point x) const {
    return started_at + std::chrono::duration_cast<wall_time::duration>(x - started);
  }
};

using shared_services = std::shared_ptr<const run_services>;

/// Which part of a node an actor runs: from this wrapper inwards. Wrappers are actors only where
/// they are used.
enum class layer : uint8_t { budget, batch, cache, fallback, retry, body, whole = budget };

} // namespace troupe
