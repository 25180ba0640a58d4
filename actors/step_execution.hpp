// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/child_actor.hpp"
#include "actors/step_work.hpp"
#include "messages/work_protocol.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

class call;

/// How long an asynchronous step may take to stop and to say so: the 2 s that a process has before
/// it is killed, and one to reap it.
constexpr duration stop_limit = std::chrono::seconds{3};

/// A step that is not over at once on its way from its order to its end, or a wait for some time to
/// pass. User code runs on the pool (plain) or elsewhere (async). It lives in an actor of its own
/// or in the group around it: that actor is its host, gets its mail, and passes it on. Whatever it
/// is told, it may be at its end then. An exception of ours, not of user code, is its end, too.
class step_execution {
public:
  step_execution(child_actor& host, shared_services services, const plan::node& node,
                 std::string path, start order, caf::actor_clock::time_point started);

  /// `supervisor`: as whom budgets know what it spends.
  std::optional<step_end> begin(const caf::actor& supervisor);
  /// User code has returned.
  std::optional<step_end> take(const worked& x);
  /// It has, but the answer is to be given later.
  std::optional<step_end> take(const park& x);
  /// The time that it had set has passed.
  std::optional<step_end> take_alarm();
  /// Told to stop. Idempotent; an answer that is on its way stands, unless it is
  /// for later.
  std::optional<step_end> stop();
  /// Nobody will take its end: what it costs from here on is the run's.
  void give_up();

private:
  using end = std::optional<step_end>;

  activation current() const {
    return {services_, node_, path_, host_.clock(), started_, order_.waited};
  }
  template <class F>
  end contained(F work);
  end start_call(const caf::actor& supervisor);
  end start_async(const async_fn& fn, value params);
  end stop_call();
  end take_answer(const std::optional<park>& said);
  end end_cancelled(const outcome* parked = nullptr);
  end end_abandoned();
  step_end end_with(const outcome& said);
  void set_alarm(duration after);

  child_actor& host_;
  shared_services services_;
  const plan::node& node_; // of the services' flow
  std::string path_;
  start order_;
  caf::actor_clock::time_point started_; // waiting included
  std::shared_ptr<troupe::call> call_;   // null until user code has begun, and when it has answered
  std::shared_ptr<const outcome> parked_; // its answer, once some time has passed
  std::vector<std::string> unfilled_;     // templates in its params that stay as they are
  bool has_alarm_ = false;
  bool is_stopping_ = false; // the answer is awaited
  bool has_crossed_ = false; // it was on its way already
};

} // namespace troupe
