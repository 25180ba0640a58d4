// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/result_cache.hpp"
#include "actors/thread_pool.hpp"
#include "cluster/branch.hpp"
#include "engine/network.hpp"
#include "troupe/engine.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe {

/// CAF's settings as the engine wants them.
class system_config : public caf::actor_system_config {
public:
  explicit system_config(const engine_options& options);

  std::optional<error> network_problem = {};
};

/// The system of an engine that was not given one.
struct own_system {
  explicit own_system(const engine_options& options) : config{options} {}

  system_config config;
  caf::actor_system system{config};
};

/// Counts runs of which something is left: actors, calls of user code, jobs in queues, events
/// that listeners have not been told.
class run_count {
public:
  /// One more; it ends when the last copy of what is returned goes.
  static std::shared_ptr<void> lease(const std::shared_ptr<run_count>& self);
  void wait();
  /// How many are left after at most that long.
  size_t wait_for(duration grace);

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t count_ = 0;
};

class [[gnu::visibility("hidden")]] engine::implementation {
public:
  /// `host`: null for a system of its own.
  implementation(caf::actor_system * host, const engine_options& options);
  ~implementation();

  /// `on_end`: told how it ended, besides those who wait.
  run_handle submit(const flow& x, value inputs, run_options options,
                    std::function<void(run_result)> on_end = {});
  engine_load current_load();
  size_t close(duration grace);
  caf::actor_system& system() { return system_; }
  /// Whether the caller runs in a thread that its runs need.
  bool is_inside() const;
  caf::actor spawn_flow(const flow& x);
  /// Null for an engine that is alone.
  network* net() { return network_.get(); }
  /// What the branches share that this engine runs as a worker of that name.
  std::shared_ptr<const worker_services> services_for(const std::string& worker);

  registry kinds;

private:
  /// A limit, and how many steps wait for it.
  struct shared_limit {
    caf::actor_addr limiter; // keeps nobody alive
    std::shared_ptr<std::atomic<size_t>> waiting = std::make_shared<std::atomic<size_t>>(0);
  };

  void cancel_all();
  std::vector<event_listener> listeners_for(const std::string& run_id, event_listener own) const;
  std::map<std::string, caf::actor, std::less<>> limiters_for(const plan::flow& x);
  caf::actor limiter_for(const std::string& key, const std::string& name, const limit& spec);
  void end(const std::shared_ptr<run_handle::state>& run, run_result result);
  std::optional<error> obstacle(const plan::flow& x) const;

  std::unique_ptr<own_system> own_; // null: the system is a host's
  caf::actor_system& system_;
  std::shared_ptr<thread_pool> threads_;
  caf::actor timer_, pool_;
  std::unique_ptr<network> network_; // null: alone
  std::shared_ptr<result_cache> cache_;
  std::map<std::string, shared_limit> limits_;                  // by whom they are shared
  std::map<std::string, caf::actor, std::less<>> own_limiters_; // of those, the engine's own
  std::vector<caf::actor_addr> flows_;                          // actors that answer requests
  engine_listener listener_;
  bool fuses_;
  std::shared_ptr<run_count> left_ = std::make_shared<run_count>();
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<run_handle::state>> runs_; // by id; not ended
  bool closed_ = false;
};

/// A result for a run that was refused before it began.
run_result refused(const std::string& flow, const std::string& run_id, error why);

/// A handle for one that never began.
run_handle ended_run(run_result how, std::function<void(run_result)> on_end);

} // namespace troupe
