// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/run_services.hpp"
#include "actors/staging.hpp"
#include "messages/work_protocol.hpp"
#include "troupe/step.hpp"

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace troupe {

/// One call of user code, shared by the execution that asked for it and by who runs it: the two
/// agree over one atomic whether it runs, and whether its answer still counts.
class call final : public job, public step_host, public std::enable_shared_from_this<call> {
public:
  call(shared_services services, const plan::node& node, std::string path, const start& order,
       caf::actor supervisor);

  /// What user code gets.
  step_input input_for(value params);

  // job: a plain function, in a thread of the pool
  void prepare(caf::actor step, value params);
  void run() noexcept override;
  void refuse(const error& why) override;
  bool is_abandoned() const override { return phase_ == phase::abandoned; }

  const run_services& services() const { return *services_; }
  const step_function& function() const { return function_; }
  /// Whether what the caller says counts: in a rehearsal only what one thread says does.
  bool is_heard() const;
  /// Whether it has begun and not answered, and somebody waits for it.
  bool is_owed() const { return phase_ == phase::running; }
  bool has_returned() const { return phase_ == phase::returned; }

  // step_host
  const std::string& run_id() const override { return services_->run_id; }
  const std::string& path() const override { return path_; }
  int attempt() const override { return order_.try_number; }
  std::string idempotency_key() const override { return services_->run_id + "/" + path_; }
  void report(event_type type, nlohmann::json data) const override;
  /// Tells what of a streamed text was held back, for there is no more.
  void end_stream() const;
  void spend(const nlohmann::json& in_total) const override;
  expected<value> evaluate(const std::string& name, const value& input) const override;

  /// For the execution: drops the call if it has not begun; true if it never will.
  bool drop() { return move(phase::waiting, phase::dropped); }
  /// For the execution: gives up on it while it runs; false if it has just returned.
  bool abandon() { return move(phase::running, phase::abandoned); }
  /// For an asynchronous function: it is running from now on.
  void begin() { move(phase::waiting, phase::running); }
  /// What this thread does until `leave` is to start it, or to stop it.
  void enter() { inside_ = std::this_thread::get_id(); }
  /// What it has answered meanwhile, in this thread: then no message comes.
  std::optional<park> leave();
  void request_stop() { stop_.request_stop(); }

  /// For who ran it: what it answered goes to the step, to be passed on when `after` has passed, or
  /// only its bill to the run if the step has given up on it.
  void returned(const caf::actor& step, std::shared_ptr<const outcome> x,
                duration after = duration{0});

private:
  enum class phase : uint8_t { waiting, dropped, running, returned, abandoned };
  bool move(phase from, phase to) { return phase_.compare_exchange_strong(from, to); }

  shared_services services_;
  const plan::node& node_;
  const step_function& function_;
  std::string path_;
  start order_;
  caf::actor_addr supervisor_; // keeps nobody alive
  std::stop_source stop_;
  std::atomic<phase> phase_ = phase::waiting;
  std::atomic<std::thread::id> inside_ = {}; // who starts or stops it now; else nobody
  std::optional<park> answered_at_once_;     // of that thread alone
  caf::actor step_;
  value params_;
  mutable std::mutex stream_mutex_; // for the one below
  mutable config::redacted_stream stream_;
};

/// The user code of a step: that of its kind, or what stands in for it.
const step_function& function_of(const plan::step& x, const run_services& services);

/// The one place that catches what user code throws.
outcome run_user_code(const plain_fn& fn, const step_input& input);
/// The same for code that has only begun something; nothing if it did not throw.
std::optional<outcome> start_user_code(const async_fn& fn, const step_input& input, promise answer);

} // namespace troupe
