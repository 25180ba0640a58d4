// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/event_queue.hpp"
#include "actors/open_calls.hpp"
#include "actors/run_services.hpp"
#include "config/scope.hpp"
#include "messages/run_protocol.hpp"
#include "troupe/run.hpp"

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

/// What a run needs to begin.
struct run_order {
  std::shared_ptr<const plan::flow> flow;
  std::string run_id;
  std::shared_ptr<const run_values> values;
  caf::actor timer, pool;
  std::map<std::string, caf::actor, std::less<>> limits = {}; ///< that the flow names
  std::shared_ptr<result_cache> cache = {};
  std::shared_ptr<const elsewhere> cluster = {}; ///< null: all runs here
  std::shared_ptr<const staging> stage = {};     ///< of a rehearsal
  fusion_rules fusion = {};
  bool keeps_all = true;         ///< see `run_services`
  bool end_when_waiting = false; ///< once there is nothing to wait for but signals
  std::shared_ptr<const config::redactor> secrets = {}; ///< null if there are none
  std::vector<event_listener> listeners;
  std::function<void(run_result)> deliver; ///< told once how it ended, in the run's own thread
  std::function<wall_time()> wall_clock;
  std::shared_ptr<void> lease = {}; ///< goes when nothing of the run is left
};

/// The parent of a flow's root: begins the run, numbers its events, and makes its result.
class run_actor final : public caf::event_based_actor {
public:
  run_actor(caf::actor_config& cfg, run_order order);
  const char* name() const override { return "troupe.run"; }
  caf::behavior make_behavior() override;
  void on_exit() override;

  run_order order;
  shared_services services;            // null until begun
  std::shared_ptr<event_queue> events; // null: nobody listens
  caf::actor root;
  bool is_cancelled = false; // before it began
  bool is_paused = false;    // its root is: all that runs waits for signals
  open_calls abandoned;
  metrics late_bills;
  struct waiting_node {
    caf::actor node;
    await_signal order;
  };
  std::vector<waiting_node> waiting;   // for signals, in order of asking
  std::vector<send_signal> signals;    // that nobody has waited for yet
  std::vector<awaited> ended_awaiting; // what it waits for, once it ends as waiting
};

} // namespace troupe
