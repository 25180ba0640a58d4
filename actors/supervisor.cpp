// SPDX-License-Identifier: Apache-2.0
#include "actors/supervisor.hpp"

#include "actors/admission.hpp"
#include "actors/budget.hpp"
#include "actors/children.hpp"
#include "actors/group_result.hpp"
#include "actors/hosting.hpp"
#include "actors/record.hpp"
#include "actors/sight.hpp"
#include "actors/spawn.hpp"
#include "actors/verdict.hpp"
#include "config/overloaded.hpp"

#include <caf/system_messages.hpp>

#include <algorithm>

namespace troupe {

namespace {

/// How long a group may go on with what needs no actor.
constexpr duration longest_time = std::chrono::milliseconds{1};

using time_point = caf::actor_clock::time_point;

/// As the timer knows it.
constexpr attempt_id own_alarm = 0;

void launch_children(supervisor_actor* self, launch& x) {
  if (x.tell)
    self->tell(x.tell->first, self->path(), std::move(x.tell->second));
  for (auto& child : x.children)
    launch_child(self, child, x.after);
}

void obey(supervisor_actor* self, directive next) {
  auto fail = [self](give_up& x) {
    if (x.error.path.empty())
      x.error.path = self->path(); // of the group's own making
    return finish{{.status = status::failed,
                   .output = std::move(x.output),
                   .error = std::move(x.error),
                   .metadata = std::move(x.metadata)}};
  };
  auto visitor = overloaded{
    [](wait&) {},
    [=](launch& x) { launch_children(self, x); },
    [=](cancel_rest&) { stop_all(self, stop_reason::superseded); },
    [=](finish& x) { decide(self, std::move(x), stop_reason::superseded); },
    [=](give_up& x) { decide(self, fail(x), stop_reason::superseded); },
  };
  std::visit(visitor, next);
}

/// Told to stop by the parent. Out of time, the group has failed; its policy says with what, unless
/// the outcome is decided. Then there is still time to drop what would have to be merged first.
void be_stopped(supervisor_actor* self, stop_reason why) {
  auto& st = self->state;
  auto is_late = why == stop_reason::timeout;
  auto late = error{.code = errc::timeout, .message = "no answer in time", .path = self->path()};
  auto stopped = is_late ? self->failed(late) : self->cancelled();
  if (st.reducer)
    return stop_merge(self, std::move(stopped));
  auto has_changes = [](auto& delta) { return !delta.empty(); };
  if (st.verdict && std::ranges::count_if(st.verdict->branches, has_changes) > 1)
    st.verdict = finish{std::move(stopped)};
  else if (is_late && !st.verdict)
    obey(self, st.spec.policy->on_timeout(std::move(late)));
  else
    decide(self, {std::move(stopped)}, why);
}

/// A child has ended, one way or another; an unknown attempt is stale.
void settle(supervisor_actor* self, const finished& x) {
  auto& st = self->state;
  auto node = st.running.extract(x.attempt);
  if (node.empty())
    return;
  auto& child = node.mapped();
  auto& spec = spec_of(self, child.index);
  self->clear_limit(x.attempt);
  auto result = judged(child.stopped, x.result);
  leave_gates(self, x.attempt, child, result->metrics);
  st.paused -= child.is_paused ? 1 : 0;
  st.bill += result->metrics;
  st.done.insert(st.done.end(), x.undo.begin(), x.undo.end());
  if (spec.place == place::rollback)
    st.verdict->result.metadata["undone"] = result->output;
  if (spec.place == place::undo && !is_leaf(spec))
    record_group(*self, path_of(*self, spec, child.number));
  keep_result(self, child, result);
  if (spec.is_announced() && self->services().has_listeners && !child.is_replayed)
    tell_end(self, spec, *result, child.stopped);
  if (!st.verdict) // later, whether it made it is a matter of chance
    keep_leavings(self, spec, x);
  if (!st.verdict)
    obey(self, st.spec.policy->on_settled({child.index, result, x.delta, child.number}));
  else if (st.running.empty())
    conclude(self);
}

/// Something has come for a child that is hosted, and may be its end. Ends of which one is at hand
/// already do not pile up there, however much mail there is.
template <class Tell>
void hear(supervisor_actor* self, attempt_id attempt, Tell tell) {
  if (auto& at_hand = self->state.at_hand; !at_hand.empty())
    settle(self, at_hand.take());
  pass_on(self, attempt, tell);
}

/// Behind its mail; or, when it was a long turn, when other actors have had theirs.
void go_on_later(supervisor_actor* self, bool was_long) {
  if (std::exchange(self->state.is_going_on, true))
    return;
  self->state.is_resting = was_long;
  if (was_long)
    self->send(self->services().timer, ask_to_proceed{});
  else
    self->send(self, proceed{});
}

bool has_due_alarm(const supervisor_state& x) { return x.alarms.next() <= x.rung_at; }

void take_due_alarm(supervisor_actor* self) {
  auto& st = self->state;
  auto due = st.alarms.take_due(st.rung_at);
  if (due->what == child_alarm::kind::limit)
    take_alarm(self, due->attempt);
  else
    pass_on(self, due->attempt, [](auto& work) { return work.take_alarm(); });
}

/// Settles what has ended right here, else hears an alarm, else begins with what is ready: an alarm
/// does not wait for ends that keep coming. Returns what time it is then, as far as somebody has
/// looked.
time_point take_turn(supervisor_actor* self, time_point now) {
  auto& st = self->state;
  if (has_due_alarm(st) && st.at_hand.size() < 2)
    take_due_alarm(self);
  else if (!st.at_hand.empty())
    settle(self, st.at_hand.take());
  else
    return begin_next(self).value_or(now);
  return now;
}

bool has_turns(const supervisor_state& x) {
  return !x.at_hand.empty() || has_due_alarm(x) || !x.to_begin.empty() || !x.to_call.empty();
}

/// Goes on with what needs no actor. Mail goes first, which may be a `cancel`.
void take_turns(supervisor_actor* self) {
  auto& st = self->state;
  if (st.is_resting)
    return;
  if (has_turns(st)) {
    auto now = self->clock().now();
    auto begun = st.busy_since.value_or(now);
    st.busy_since = begun;
    for (auto left = self->services().fusion.longest_turn; has_turns(st); --left) {
      auto was_long = left == 0 || now - begun > longest_time;
      if (was_long || !self->mailbox().empty())
        return go_on_later(self, was_long);
      now = take_turn(self, now);
    }
  }
  st.busy_since = {};
}

/// Whether all that runs waits for signals alone.
void tell_if_paused(supervisor_actor* self) {
  auto& st = self->state;
  auto is_paused = st.paused > 0 && st.paused == st.running.size();
  if (is_paused != std::exchange(st.has_paused, is_paused))
    self->tell_paused(is_paused);
}

void take_pause(supervisor_actor* self, const paused& x) {
  auto found = self->state.running.find(x.attempt);
  if (found == self->state.running.end())
    return;
  auto was_paused = std::exchange(found->second.is_paused, x.is_paused);
  self->state.paused += x.is_paused ? 1 : 0;
  self->state.paused -= was_paused ? 1 : 0;
  tell_if_paused(self);
}

/// More was spent than the group may: it fails, whatever goes on inside.
void take_breach(supervisor_actor* self, error why) {
  auto failed = self->failed(std::move(why));
  failed.error->path = self->path();
  decide(self, {std::move(failed)}, stop_reason::budget);
}

/// What runs inside is let in by the group's own budget.
void open_budget(supervisor_actor* self) {
  auto& st = self->state;
  st.budget = self->spawn(budget, self->shared(), self->path(), *st.spec.budget, caf::actor{self});
  auto services = std::make_shared<run_services>(self->services());
  services->budget = st.budget;
  services->all_budgets.push_back(st.budget);
  st.spec.services = std::move(services);
}

} // namespace

supervisor_actor::supervisor_actor(caf::actor_config& cfg, shared_services services,
                                   const plan::node& node, std::string path, group_spec spec)
  : child_actor{cfg, std::move(services), node, std::move(path)} {
  state.spec = std::move(spec);
}

void supervisor_actor::set_limit(attempt_id attempt, duration after) {
  state.alarms.set({attempt, child_alarm::kind::limit}, clock().now() + after);
}

void supervisor_actor::clear_limit(attempt_id attempt) {
  state.alarms.forget({attempt, child_alarm::kind::limit});
}

void supervisor_actor::set_work_alarm(attempt_id attempt, duration after) {
  state.alarms.set({attempt, child_alarm::kind::work}, clock().now() + after);
}

void supervisor_actor::clear_work_alarm(attempt_id attempt) {
  state.alarms.forget({attempt, child_alarm::kind::work});
}

void supervisor_actor::arm() {
  if (state.alarms.next() >= state.armed_for || has_due_alarm(state))
    return;
  state.armed_for = state.alarms.next(); // when it is not wanted any more, it rings in vain
  set_alarm(own_alarm, state.armed_for - clock().now());
}

void supervisor_actor::disarm() {
  if (state.armed_for != time_point::max())
    clear_alarm(own_alarm);
}

void supervisor_actor::on_exit() {
  for (auto& [attempt, child] : state.running) { // nobody is left when it ends as it should
    stop_child(this, attempt, stop_reason::requested);
    if (child.execution)
      child.execution->give_up();
    leave_gates(this, attempt, child, {});
  }
  if (state.budget)
    send(state.budget, close_budget{});
  if (state.reducer)
    send(state.reducer, stop_reduce{});
  disarm();
  child_actor::on_exit();
  state = {}; // children and parents hold each other
}

caf::behavior supervisor_actor::make_behavior() {
  auto self = this;
  auto go_on = [=] {
    take_turns(self);
    self->arm();
    tell_if_paused(self);
  };
  set_down_handler([=](const caf::down_msg& x) {
    if (!self->state.reducer || x.source != self->state.reducer.address())
      return;
    take_merged(self, {.error = error{.code = errc::crashed, .message = "the reducer went down"}});
    go_on();
  });
  return {
    [=](const start& x) {
      auto is_cancelled = self->accept(x);
      self->state.scope = shared_scope(self->state.spec, x.scope);
      if (self->state.spec.budget)
        open_budget(self);
      if (is_cancelled)
        decide(self, {self->cancelled()}, self->reason());
      else
        obey(self,
             self->state.spec.policy->on_start({x.input, x.scope->context, x.scope->call_depth}));
      go_on();
    },
    [=](const cancel& x) {
      if (self->is_told_to_stop(x))
        be_stopped(self, x.reason);
      go_on();
    },
    [=](const finished& x) {
      settle(self, x);
      go_on();
    },
    [=](const proceed&) {
      self->state.is_going_on = false;
      if (std::exchange(self->state.is_resting, false))
        self->state.busy_since = {};
      if (has_turns(self->state))
        take_turn(self, {});
      go_on();
    },
    [=](const paused& x) { take_pause(self, x); },
    [=](const granted& x) {
      take_permit(self, x.attempt);
      go_on();
    },
    [=](const queued& x) { tell_waiting(self, x); },
    [=](const exceeded& x) {
      take_breach(self, x.why);
      go_on();
    },
    [=](const worked& x) {
      hear(self, x.attempt, [&](auto& work) { return work.take(x); });
      go_on();
    },
    [=](const park& x) {
      hear(self, x.attempt, [&](auto& work) { return work.take(x); });
      go_on();
    },
    [=](const expired&) {
      self->state.armed_for = time_point::max();
      self->state.rung_at = self->clock().now();
      go_on();
    },
    [=](const evaluated& x) {
      take_condition(self, x);
      go_on();
    },
    [=](const reduced& x) {
      take_merged(self, x);
      go_on();
    },
  };
}

} // namespace troupe