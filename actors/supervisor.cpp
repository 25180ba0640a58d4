// SPDX-License-Identifier: Apache-2.0
#include "actors/supervisor.hpp"

#include "actors/admission.hpp"
#include "actors/budget.hpp"
#include "actors/group_result.hpp"
#include "actors/node_end.hpp"
#include "actors/policy/ledger.hpp"
#include "actors/reducer.hpp"
#include "actors/replays.hpp"
#include "actors/sight.hpp"
#include "actors/spawn.hpp"
#include "actors/step_work.hpp"
#include "config/overloaded.hpp"
#include "config/thrown.hpp"

#include <caf/system_messages.hpp>

#include <algorithm>

namespace troupe {

namespace {

using phase = running_child::phase;

/// An inline function that takes longer is not short.
constexpr duration longest_call = std::chrono::microseconds{50};
/// So many children that run beside others get actors of their own when a function was not short.
constexpr size_t apart_after_long_call = 16;

const child_spec& spec_of(supervisor_actor* self, child_index index) {
  return self->state.spec.children[index];
}

/// A result for a child that has no actor to make one.
step_result result_of(supervisor_actor* self, child_index index, size_t number, status how) {
  auto& spec = spec_of(self, index);
  auto& node = *spec.node;
  step_result x{
    .path = path_of(*self, spec, number), .name = node.id, .type = node.type, .status = how};
  x.started_at = self->services().wall_time_of(self->clock().now());
  x.worker = self->services().worker;
  carry_meta(node, x);
  return x;
}

step_result failed_child(supervisor_actor* self, const running_child& child, error why) {
  auto x = result_of(self, child.index, child.number, status::failed);
  why.path = x.path;
  x.error = std::move(why);
  self->hide_secrets(x);
  return x;
}

step_result cancelled_child(supervisor_actor* self, const running_child& child) {
  auto x =
    failed_child(self, child, {.code = errc::cancelled, .message = "cancelled while it waited"});
  x.status = status::cancelled;
  return x;
}

/// A budget is no place of its own: what the node inside has to tell is the node's.
void adopt(step_result& result, const std::vector<ended_child>& ended) {
  if (ended.empty())
    return;
  auto& inside = *ended.back().result;
  result.attempts = inside.attempts;
  result.children = inside.children;
  result.feedback = inside.feedback;
  result.metadata.insert(inside.metadata.begin(), inside.metadata.end());
}

bool must_roll_back(supervisor_actor* self, const step_result& x) {
  return self->state.spec.rolls_back && !x.ok() && !self->state.done.empty();
}

void roll_back(supervisor_actor* self);

/// Answers the parent with the verdict, completed by what only the supervisor knows.
void answer_verdict(supervisor_actor* self, changes delta) {
  auto& st = self->state;
  auto result = std::move(st.verdict->result);
  auto bare = self->blank();
  result.path = bare.path;
  result.name = bare.name;
  result.type = bare.type;
  result.started_at = bare.started_at;
  result.duration = bare.duration;
  result.worker = bare.worker;
  result.metrics = st.bill;
  carry_meta(self->node(), result);
  if (result.error && self->services().secrets)
    result.error = self->services().secrets->clean(std::move(*result.error));
  if (!st.verdict->as_is && st.spec.budget)
    adopt(result, st.ended);
  else if (!st.verdict->as_is) {
    result.attempts = 1;
    describe_children(self, result,
                      [&](child_index x) { return result_of(self, x, 0, status::skipped); });
  }
  if (st.spec.layer == layer::body)
    end_node(self->node(), output_of_flow(self), scope_at_end(self), self->order().input, result,
             delta);
  if (must_roll_back(self, result)) { // it has failed at its very end
    st.verdict = finish{std::move(result), {}, true};
    return roll_back(self);
  }
  if (st.spec.budget)
    result.metadata["budget"] = budget_report(*st.spec.budget, st.bill);
  if (st.spec.layer == layer::body)
    for (auto& own : self->completed_with(result))
      st.done.push_back(own);
  if (!result.ok())
    return self->answer(std::move(result), {}, {}, std::move(st.done));
  self->answer(std::move(result), std::move(delta), std::move(st.leavings), std::move(st.done));
}

void launch_child(supervisor_actor* self, assignment& x, duration after);

/// What was done is taken back, the last one first; nothing stops it. Then the group answers.
void roll_back(supervisor_actor* self) {
  auto& st = self->state;
  auto log = std::exchange(st.done, {});
  std::sort(log.begin(), log.end(), [](auto& x, auto& y) { return x->order > y->order; });
  auto services =
    std::make_shared<run_services>(st.spec.services ? *st.spec.services : self->services());
  services->is_undoing = true;
  st.spec.services = std::move(services);
  st.spec.children.push_back(
    {.node = &self->node(), .place = place::rollback, .undoes = std::move(log)});
  assignment all{.child = st.spec.children.size() - 1};
  launch_child(self, all, duration{0});
}

/// Nothing runs any more: merges if there is something to merge, then answers.
void conclude(supervisor_actor* self) {
  auto& st = self->state;
  if (st.spec.budget && st.verdict->result.ok())
    if (auto problem = beyond(*st.spec.budget, spending::of(st.bill)); !problem.empty())
      st.verdict =
        finish{self->failed({.code = errc::budget_exceeded, .message = problem + " spent"})};
  if (must_roll_back(self, st.verdict->result))
    return roll_back(self);
  auto& branches = st.verdict->branches;
  std::erase_if(branches, [](auto& delta) { return delta.empty(); });
  if (branches.size() < 2)
    return answer_verdict(self, branches.empty() ? changes{} : std::move(branches[0]));
  st.reducer = spawn_reducer(self);
  self->monitor(st.reducer);
  self->send(st.reducer, reduce{self->order().attempt, self->order().scope, std::move(branches)});
}

void fail_merge(supervisor_actor* self, error why) {
  auto& verdict = *self->state.verdict;
  verdict.result.status = status::failed;
  verdict.result.output = {};
  why.path = self->path();
  verdict.result.error = std::move(why);
  answer_verdict(self, {});
}

void take_merged(supervisor_actor* self, const reduced& x) {
  auto& st = self->state;
  st.reducer = nullptr;
  st.bill += x.spent;
  if (!st.verdict->result.ok())
    return answer_verdict(self, {}); // was stopped meanwhile
  if (x.error)
    return fail_merge(self, *x.error);
  auto known = nlohmann::json::array();
  for (auto& clash : x.conflicts) {
    known.push_back({{"key", clash.key}, {"policy", clash.policy}});
    self->tell(event_type::context_conflict, self->path(), known.back());
  }
  if (!known.empty())
    st.verdict->result.metadata["context_conflicts"] = value{std::move(known)};
  answer_verdict(self, x.delta);
}

/// The end of a child without an actor waits for its turn: the policy is never asked while it is
/// being obeyed.
void settle_later(supervisor_actor* self, running_child& child, finished x) {
  child.at = phase::ended;
  self->state.at_hand.add(std::move(x));
}

void settle_later(supervisor_actor* self, attempt_id attempt, step_result result) {
  settle_later(self, self->state.running.at(attempt),
               {attempt, std::make_shared<const step_result>(std::move(result))});
}

void stop_child(supervisor_actor* self, attempt_id attempt, stop_reason why) {
  auto found = self->state.running.find(attempt);
  if (found == self->state.running.end() || found->second.stopped)
    return; // has answered, or knows: the first reason stands
  auto& child = found->second;
  if (child.at == phase::ended)
    return; // there is nobody to tell
  child.stopped = why;
  if (child.at == phase::working) {
    self->send<caf::message_priority::high>(child.handle, cancel{attempt, why});
    return;
  }
  if (child.at == phase::deciding) {
    child.condition->stop();
    self->send(self->services().pool, gave_up{});
  }
  settle_later(self, attempt, cancelled_child(self, child));
}

/// Nothing stops what takes back.
void stop_all(supervisor_actor* self, stop_reason why) {
  for (auto& [attempt, child] : self->state.running)
    if (spec_of(self, child.index).place != place::rollback)
      stop_child(self, attempt, why);
}

/// The outcome is decided; the answer waits only for children that still run.
void decide(supervisor_actor* self, finish verdict, stop_reason why) {
  if (self->state.verdict)
    return; // the first verdict stands
  self->state.verdict = std::move(verdict);
  stop_all(self, why);
  if (self->state.running.empty())
    conclude(self);
}

/// An exception of ours, not of the function, is the end of the step alone.
step_end end_of_call(const activation& here, const start& order, const caf::actor& supervisor) {
  try {
    return is_too_late(here) ? step_end{here.cancelled()} : run_inline(here, order, supervisor);
  } catch (...) {
    return {here.failed(crash_of(config::what_was_thrown()))};
  }
}

/// Calls an inline function right here. Nothing can stop it meanwhile, so it needs no time limit.
void run_here(supervisor_actor* self, const shared_services& services, const child_spec& spec,
              const std::string& path, const start& order, caf::actor_clock::time_point started) {
  auto& st = self->state;
  auto end =
    end_of_call({services, *spec.node, path, self->clock(), started, order.waited}, order, self);
  if (end.result.duration - order.waited > longest_call)
    st.apart = apart_after_long_call;
  self->hide_secrets(end.result);
  finished word{order.attempt,
                std::make_shared<const step_result>(std::move(end.result)),
                std::move(end.delta),
                {},
                std::move(end.undo)};
  if (services->recorder && is_one_step(spec) && word.result->status != status::cancelled)
    self->send(services->recorder, recorded{path, word});
  settle_later(self, st.running.at(order.attempt), std::move(word));
}

/// Whether the child needs no actor; a long function shall not hold up those beside it.
bool is_called_here(supervisor_actor* self, const run_services& services, const child_spec& spec) {
  auto& st = self->state;
  if (!runs_in_place(services, spec))
    return false;
  if (st.apart == 0 || st.running.size() == 1)
    return true;
  --st.apart;
  return false;
}

/// The child may begin: it gets its order, its time limit and its actor, if it needs one.
void start_actor(supervisor_actor* self, attempt_id attempt) {
  auto& st = self->state;
  auto& child = st.running.at(attempt);
  auto& spec = spec_of(self, child.index);
  auto path = path_of(*self, spec, child.number);
  if (spec.is_announced())
    tell_start(self, spec, path);
  auto now = self->clock().now();
  auto waited = std::chrono::duration_cast<duration>(now - child.queued_at.value_or(now));
  child.has_started = true;
  auto& services = st.spec.services ? st.spec.services : self->shared();
  auto is_retried = st.spec.layer == layer::retry;
  start order{attempt, std::move(child.input), std::move(child.scope),
              is_retried ? static_cast<int>(child.number) + 1 : self->order().try_number, waited};
  if (is_called_here(self, *services, spec))
    return run_here(self, services, spec, path, order, now - waited);
  child.at = phase::working;
  child.handle = st.spec.spawn(self, services, spec, path);
  self->send(child.handle, std::move(order));
  if (spec.limit && !goes_elsewhere(*services, spec)) { // its time begins where it runs
    child.has_alarm = true;
    self->set_alarm(attempt, *spec.limit);
  }
}

/// What has ended in another process is not run again, and told as it was then.
bool replay(supervisor_actor* self, attempt_id attempt) {
  auto& child = self->state.running.at(attempt);
  auto& spec = spec_of(self, child.index);
  auto& known = self->services().replays;
  auto before =
    known && is_leaf(spec) ? known->take(path_of(*self, spec, child.number)) : std::nullopt;
  if (!before)
    return false;
  child.is_replayed = true;
  before->attempt = attempt;
  settle_later(self, child, std::move(*before));
  return true;
}

/// The child's condition is true: it gets its input, and waits for its permits.
void start_child(supervisor_actor* self, attempt_id attempt) {
  auto& child = self->state.running.at(attempt);
  auto& spec = spec_of(self, child.index);
  if (spec.node->input && spec.is_own_node()) {
    auto input = plan::resolve(*spec.node->input, {*child.scope, child.input});
    if (!input)
      return settle_later(self, attempt, failed_child(self, child, input.error()));
    child.input = std::move(*input);
  }
  if (replay(self, attempt))
    return;
  if (!ask_next_gate(self, attempt))
    start_actor(self, attempt);
}

void take_permit(supervisor_actor* self, attempt_id attempt) {
  auto found = self->state.running.find(attempt);
  auto is_wanted = found != self->state.running.end() && found->second.at == phase::waiting;
  if (is_wanted && !ask_next_gate(self, attempt)) // else it has been given back
    start_actor(self, attempt);
}

void tell_waiting(supervisor_actor* self, const queued& x) {
  auto found = self->state.running.find(x.attempt);
  if (found == self->state.running.end() || found->second.at != phase::waiting)
    return;
  auto& since = found->second.queued_at;
  since = since.value_or(self->clock().now());
  self->tell(event_type::limit_waiting,
             path_of(*self, spec_of(self, found->second.index), found->second.number),
             {{"limit", x.gate}});
}

void skip(supervisor_actor* self, attempt_id attempt) {
  auto& child = self->state.running.at(attempt);
  auto skipped = result_of(self, child.index, child.number, status::skipped);
  skipped.output = child.input;
  settle_later(self, attempt, std::move(skipped));
}

/// `when` is the parent's to ask: a node that is skipped has no actor.
void ask_condition(supervisor_actor* self, attempt_id attempt) {
  auto& st = self->state;
  auto& child = st.running.at(attempt);
  auto& when = *spec_of(self, child.index).node->when;
  child.at = phase::deciding;
  child.has_alarm = true;
  self->set_alarm(attempt, longest_evaluation);
  auto variables = plan::variables_of(when, {*child.scope, child.input});
  child.condition = std::make_shared<evaluation>(self->shared(), self, attempt, when.program,
                                                 child.input, std::move(variables));
  self->send(self->services().pool, work{child.condition});
}

void begin(supervisor_actor* self, attempt_id attempt) {
  auto& spec = spec_of(self, self->state.running.at(attempt).index);
  if (spec.node->when && spec.is_own_node())
    ask_condition(self, attempt);
  else
    start_child(self, attempt);
}

void take_condition(supervisor_actor* self, const evaluated& x) {
  auto& running = self->state.running;
  auto found = running.find(x.attempt);
  if (found == running.end() || found->second.at != phase::deciding)
    return; // was told to stop meanwhile
  self->send(self->services().timer, clear_alarm{x.attempt});
  // An attempt of its own from here on: the alarm may be on its way already, and must not be taken
  // for that of the child.
  auto node = running.extract(found);
  auto attempt = node.key() = ++self->state.last_issued;
  auto& child = running.insert(running.end(), std::move(node))->second;
  child.has_alarm = false;
  child.condition = nullptr;
  if (!x.values)
    return settle_later(self, attempt, failed_child(self, child, x.values.error()));
  if (config::is_true(*x.values))
    return start_child(self, attempt);
  skip(self, attempt);
}

void launch_child(supervisor_actor* self, assignment& x, duration after) {
  auto& st = self->state;
  forget_earlier(st, x);
  auto attempt = ++st.last_issued;
  auto& spec = spec_of(self, x.child);
  auto& input = x.input                     ? *x.input
                : spec.place == place::undo ? spec.undoes.front()->output
                                            : self->order().input;
  auto at = st.running.emplace_hint(st.running.end(), attempt,
                                    running_child{x.child, x.number, input, scope_for(self, x)});
  if (x.skip)
    return skip(self, attempt);
  if (after.count() == 0)
    return begin(self, attempt);
  at->second.at = phase::delayed;
  at->second.has_alarm = true;
  self->set_alarm(attempt, after);
}

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

/// A merge that is not wanted any more changes nothing. Its answer is near.
void stop_merge(supervisor_actor* self, step_result result) {
  auto& st = self->state;
  if (!st.verdict->result.ok())
    return; // knows already: the first reason stands
  self->send(st.reducer, stop_reduce{});
  st.verdict = finish{std::move(result)};
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
  if (child.has_alarm)
    self->send(self->services().timer, clear_alarm{x.attempt});
  auto result = judged(child.stopped, x.result);
  leave_gates(self, x.attempt, child, result->metrics);
  st.paused -= child.is_paused ? 1 : 0;
  st.bill += result->metrics;
  st.done.insert(st.done.end(), x.undo.begin(), x.undo.end());
  if (spec.place == place::rollback)
    st.verdict->result.metadata["undone"] = result->output;
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

/// Settles what has ended right here, unless there is mail, which goes first: it may be a `cancel`.
void settle_at_hand(supervisor_actor* self) {
  auto& st = self->state;
  for (auto left = self->services().fusion.longest_turn; !st.at_hand.empty(); --left) {
    auto is_anything_else_due = left == 0 || !self->mailbox().empty();
    if (!is_anything_else_due)
      settle(self, st.at_hand.take());
    else if (std::exchange(st.is_going_on, true))
      return;
    else
      return self->send(self, proceed{});
  }
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

/// An alarm means what the child is at: time to begin, or time to stop.
void take_alarm(supervisor_actor* self, attempt_id attempt) {
  auto found = self->state.running.find(attempt);
  if (found == self->state.running.end() || found->second.stopped)
    return; // has answered, or is about to for another reason
  auto& child = found->second;
  if (child.at != phase::delayed)
    return stop_child(self, attempt, stop_reason::timeout);
  child.has_alarm = false;
  begin(self, attempt);
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

void supervisor_actor::on_exit() {
  for (auto& [attempt, child] : state.running) { // nobody is left when it ends as it should
    stop_child(this, attempt, stop_reason::requested);
    leave_gates(this, attempt, child, {});
  }
  if (state.budget)
    send(state.budget, close_budget{});
  if (state.reducer)
    send(state.reducer, stop_reduce{});
  child_actor::on_exit();
  state = {}; // children and parents hold each other
}

caf::behavior supervisor_actor::make_behavior() {
  auto self = this;
  set_down_handler([=](const caf::down_msg& x) {
    if (self->state.reducer && x.source == self->state.reducer.address())
      take_merged(self,
                  {.error = error{.code = errc::crashed, .message = "the reducer went down"}});
  });
  auto go_on = [=] {
    settle_at_hand(self);
    tell_if_paused(self);
  };
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
      if (!self->state.at_hand.empty())
        settle(self, self->state.at_hand.take());
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
    [=](const expired& x) {
      take_alarm(self, x.attempt);
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
