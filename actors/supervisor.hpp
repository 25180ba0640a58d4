// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/alarm_queue.hpp"
#include "actors/child_actor.hpp"
#include "actors/evaluation.hpp"
#include "actors/fifo.hpp"
#include "actors/group_spec.hpp"
#include "actors/step_execution.hpp"
#include "messages/reduce_protocol.hpp"
#include "messages/work_protocol.hpp"

#include <caf/behavior.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace troupe {

/// A child between its launch and its end.
struct running_child {
  enum class phase : uint8_t {
    delayed,  ///< waits for its time; has no actor
    deciding, ///< its `when` is being computed; has no actor
    waiting,  ///< for its permits, and for its budget; has no actor
    ready,    ///< for its turn to begin right here; has no actor
    hosted,   ///< its work goes on, without an actor
    working,  ///< its actor owes an answer
    ended,    ///< without an actor; the supervisor's own word of it is at hand
  };
  child_index index;
  size_t number; // as assigned
  value input;
  std::shared_ptr<const troupe::scope> scope;
  phase at = phase::working;
  caf::actor handle = {};                         // while working
  std::unique_ptr<step_execution> execution = {}; // while hosted
  std::shared_ptr<evaluation> condition = {};     // while deciding
  bool has_started = false;
  std::vector<caf::actor> gates = {}; // that it has asked, the last one first to answer
  std::optional<caf::actor_clock::time_point> queued_at = {}; // at a gate; empty: never had to wait
  duration waited{0};                                         // for permits
  bool is_replayed = false;                // has ended in another process, before
  bool is_paused = false;                  // waits for nothing but signals
  std::optional<stop_reason> stopped = {}; // empty until it is told to stop
};

/// An alarm that a group keeps for a child.
struct child_alarm {
  enum class kind : uint8_t {
    limit, ///< the end of what the child may take, or its beginning
    work,  ///< a time of its own
  };
  attempt_id attempt;
  kind what;
  friend bool operator==(const child_alarm&, const child_alarm&) = default;
  struct hash {
    size_t operator()(const child_alarm& x) const {
      return x.attempt * 2 + (x.what == kind::work ? 1 : 0);
    }
  };
};

/// What is kept of a child that has ended.
struct ended_child {
  child_index index;
  size_t number;
  shared_result result; ///< null: there is nothing to tell of it
};

struct supervisor_state {
  group_spec spec;
  std::shared_ptr<const troupe::scope> scope;  // what children started now see
  std::map<attempt_id, running_child> running; // launched, answer still owed
  fifo<finished> at_hand;                      // of running children that had no actor
  fifo<attempt_id> to_begin;                   // without an actor; some may have been told to stop
  fifo<attempt_id> to_call; // likewise, inline functions: when all that takes time is under way
  alarm_queue<child_alarm, child_alarm::hash> alarms;
  caf::actor_clock::time_point armed_for = caf::actor_clock::time_point::max(); // with the timer
  caf::actor_clock::time_point rung_at = caf::actor_clock::time_point::min();   // when it last was
  bool is_going_on = false; // a `proceed` is in the mail
  bool is_resting = false;  // until that comes: others have their turn
  std::optional<caf::actor_clock::time_point> busy_since; // without a rest
  size_t begun_first = 0;                                 // of `to_begin`, since the last call
  size_t next_apart = 0;          // so many that could do without get actors
  std::vector<ended_child> ended; // in order of time; of items few
  std::array<size_t, 6> counts{}; // of all that ended, by status
  metrics bill;                   // of all that ended
  left_results leavings;          // results inside that later nodes read
  undo_log done;                  // what can be undone, in order of completion
  std::optional<finish> verdict;  // once set, only answers are awaited
  size_t paused = 0;              // of those that run
  bool has_paused = false;        // all of them, as the parent knows
  caf::actor budget;              // the group's own; null: none
  caf::actor reducer;             // while it merges
  attempt_id last_issued = 0;
};

/// Runs one group, or one wrapper, once: speaks the step protocol to its parent and to its
/// children. What differs from group to group is the policy's.
class supervisor_actor final : public child_actor {
public:
  supervisor_actor(caf::actor_config& cfg, shared_services services, const plan::node& node,
                   std::string path, group_spec spec);
  const char* name() const override { return "troupe.supervisor"; }
  caf::behavior make_behavior() override;
  void on_exit() override;

  /// Until when a child may run, or is to wait for its beginning.
  void set_limit(attempt_id attempt, duration after);
  void clear_limit(attempt_id attempt);
  void set_work_alarm(attempt_id attempt, duration after) override;
  void clear_work_alarm(attempt_id attempt) override;
  /// Sees to it that the timer rings for the earliest of these; and that it does not any more.
  void arm();
  void disarm();

  /// What the children run with: with its own budget, if it has one.
  const shared_services& services_inside() const {
    return state.spec.services ? state.spec.services : shared();
  }

  supervisor_state state;
};

} // namespace troupe
