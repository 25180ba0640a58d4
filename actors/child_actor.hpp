// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/activation.hpp"
#include "messages/timer_protocol.hpp"

#include <caf/event_based_actor.hpp>

#include <optional>
#include <string>

namespace troupe {

/// Why a child has failed that went down in the middle of its work; empty: nothing was said.
error crash_of(const std::string& what_was_said);

/// The result of a child that was told to stop, if it was: one whose time was up has failed, unless
/// it ended by itself just then.
shared_result judged(std::optional<stop_reason> told, const shared_result& x);

/// An actor that owes its parent one `finished` for its one `start`: also when it goes down, so
/// that parents need not monitor their children (a down message for each child is what made wide
/// groups slow). Lives for one attempt.
class child_actor : public caf::event_based_actor {
public:
  child_actor(caf::actor_config& cfg, shared_services services, const plan::node& node,
              std::string path);

  const run_services& services() const { return *services_; }
  const shared_services& shared() const { return services_; }
  const plan::node& node() const { return node_; }
  const std::string& path() const { return path_; }

  /// Takes the order; true if its cancel was here before it.
  bool accept(const start& x);
  /// A cancel from the parent; true if it is for the accepted order.
  bool is_told_to_stop(const cancel& x);
  bool has_order() const { return order_.has_value(); }
  const start& order() const { return *order_; }
  const caf::actor& parent() const { return parent_; }
  stop_reason reason() const { return early_cancel_->reason; }
  caf::actor_clock::time_point started() const { return started_; }

  /// Of the accepted order.
  activation current() const;
  step_result blank() const { return current().blank(); }
  step_result failed(error why) const { return current().failed(std::move(why)); }
  step_result cancelled() const { return current().cancelled(); }

  /// Sends the one `finished` that the order is owed, and leaves. What the result says besides its
  /// output holds no secret then.
  void answer(step_result result, changes delta = {}, left_results results = {},
              undo_log undo = {});
  void answer(std::shared_ptr<step_result> result, changes delta = {}, left_results results = {},
              undo_log undo = {});
  /// Tells the parent whether there is anything to wait for but signals.
  void tell_paused(bool is_paused);
  undo_log completed_with(const step_result& x) const {
    return current().completed_with(x, *order_->scope);
  }

  /// For a result that goes another way.
  void hide_secrets(step_result& x) const;

  /// Tells the run's listeners, if there are any.
  void tell(event_type type, const std::string& path, nlohmann::json data);
  void set_alarm(attempt_id attempt, duration after);
  void clear_alarm(attempt_id attempt);
  /// For the steps that it hosts: a time of their own.
  virtual void set_work_alarm(attempt_id attempt, duration after) { set_alarm(attempt, after); }
  virtual void clear_work_alarm(attempt_id attempt) { clear_alarm(attempt); }

  void on_exit() override;
  /// What CAF 0.17.6 does at the end of an actor, less what children never use: streams, groups,
  /// and the clock, whose thread would be woken for each of them.
  bool cleanup(caf::error&& reason, caf::execution_unit* host) override;

protected:
  /// Whether its end is worth keeping: it is work of the user's, not a group that can be run again.
  virtual bool is_recorded() const { return false; }

private:
  shared_services services_;
  const plan::node& node_; // of the services' flow
  std::string path_;
  caf::actor parent_;
  caf::actor self_; // from its order to its end: nobody else may hold on to who waits for a time
  std::optional<start> order_;
  std::optional<cancel> early_cancel_; // came before its `start`
  caf::actor_clock::time_point started_;
  std::string crash_; // what an exception said
  bool owes_ = false; // between `start` and `finished`
};

} // namespace troupe
