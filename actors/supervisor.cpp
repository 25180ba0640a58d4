// SPDX-License-Identifier: Apache-2.0
#include "actors/supervisor.hpp"

#include "actors/group_result.hpp"
#include "actors/node_end.hpp"
#include "actors/reducer.hpp"
#include "config/overloaded.hpp"

#include <caf/system_messages.hpp>

#include <algorithm>

namespace troupe {

namespace {

using phase = running_child::phase;

const child_spec& spec_of(supervisor_actor* self, child_index index) {
  return self->state.spec.children[index];
}

/// A wrapper's own node is where the wrapper is. What a fallback (the outermost wrapper, which
/// alone runs the whole of a node) starts besides are backups.
std::string path_of(supervisor_actor* self, child_index index) {
  auto& spec = spec_of(self, index);
  if (spec.is_wrapped)
    return self->path();
  if (self->path().empty())
    return spec.node->id; // the root has no name
  auto is_backup = self->state.spec.layer == layer::whole;
  return self->path() + (is_backup ? "/fallback/" : "/") + spec.node->id;
}

/// A result for a child that has no actor to make one.
step_result result_of(supervisor_actor* self, child_index index, status how) {
  auto& node = *spec_of(self, index).node;
  step_result x{.path = path_of(self, index), .name = node.id, .type = node.type, .status = how};
  x.started_at = self->services().wall_time_of(self->clock().now());
  carry_meta(node, x);
  return x;
}

step_result failed_child(supervisor_actor* self, child_index index, error why) {
  auto x = result_of(self, index, status::failed);
  why.path = x.path;
  x.error = std::move(why);
  self->hide_secrets(x);
  return x;
}

step_result cancelled_child(supervisor_actor* self, child_index index) {
  auto x =
    failed_child(self, index, {.code = errc::cancelled, .message = "cancelled while it waited"});
  x.status = status::cancelled;
  return x;
}

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
  result.metrics = st.bill;
  carry_meta(self->node(), result);
  if (result.error && self->services().secrets)
    result.error = self->services().secrets->clean(std::move(*result.error));
  if (!st.verdict->as_is) {
    result.attempts = 1;
    result.children =
      children_of(st, [&](child_index index) { return result_of(self, index, status::skipped); });
    describe_children(result);
  }
  if (st.spec.layer == layer::body)
    end_node(self->node(), *st.scope, self->order().input, result, delta);
  if (!result.ok())
    return self->answer(std::move(result));
  self->answer(std::move(result), std::move(delta), std::move(st.leavings));
}

/// Nothing runs any more: merges if there is something to merge, then answers.
void conclude(supervisor_actor* self) {
  auto& st = self->state;
  auto& branches = st.verdict->branches;
  std::erase_if(branches, [](auto& delta) { return delta.empty(); });
  if (branches.size() < 2)
    return answer_verdict(self, branches.empty() ? changes{} : std::move(branches[0]));
  st.reducer = spawn_reducer(self);
  self->monitor(st.reducer);
  self->send(st.reducer,
             reduce{self->order().attempt, self->order().scope->context, std::move(branches)});
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
  self->state.reducer = nullptr;
  if (x.error)
    return fail_merge(self, *x.error);
  auto known = nlohmann::json::array();
  for (auto& clash : x.conflicts) {
    known.push_back({{"key", clash.key}, {"policy", clash.policy}});
    self->tell(event_type::context_conflict, self->path(), known.back());
  }
  if (!known.empty())
    self->state.verdict->result.metadata["context_conflicts"] = value{std::move(known)};
  answer_verdict(self, x.delta);
}

/// The end of a child without an actor is mail like any other: the policy is never asked while it
/// is being obeyed.
void settle_later(supervisor_actor* self, attempt_id attempt, step_result result) {
  self->state.running.at(attempt).at = phase::ended;
  self->send(self, finished{attempt, std::make_shared<const step_result>(std::move(result))});
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
  settle_later(self, attempt, cancelled_child(self, child.index));
}

void stop_all(supervisor_actor* self, stop_reason why) {
  for (auto& [attempt, child] : self->state.running)
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

/// Gives the child its actor and its order, and sets its time limit.
void start_child(supervisor_actor* self, attempt_id attempt) {
  auto& st = self->state;
  auto& child = st.running.at(attempt);
  auto& spec = spec_of(self, child.index);
  if (spec.node->input && !spec.is_wrapped) {
    auto input = plan::resolve(*spec.node->input, {*st.scope, child.input});
    if (!input)
      return settle_later(self, attempt, failed_child(self, child.index, input.error()));
    child.input = std::move(*input);
  }
  auto path = path_of(self, child.index);
  if (!spec.is_wrapped && !spec.is_hidden)
    tell_start(self, *spec.node, path);
  child.at = phase::working;
  child.handle = st.spec.spawn(self, self->shared(), spec, path);
  auto tries = st.tries.find(child.index);
  self->send(child.handle,
             start{attempt, child.input, st.scope,
                   tries == st.tries.end() ? self->order().try_number : tries->second});
  if (spec.limit) {
    child.has_alarm = true;
    self->set_alarm(attempt, *spec.limit);
  }
}

/// `when` is the parent's to ask: a node that is skipped has no actor.
void ask_condition(supervisor_actor* self, attempt_id attempt) {
  auto& st = self->state;
  auto& child = st.running.at(attempt);
  auto& when = *spec_of(self, child.index).node->when;
  child.at = phase::deciding;
  child.has_alarm = true;
  self->set_alarm(attempt, longest_evaluation);
  auto variables = plan::variables_of(when, {*st.scope, child.input});
  child.condition = std::make_shared<evaluation>(self->shared(), self, attempt, when.program,
                                                 child.input, std::move(variables));
  self->send(self->services().pool, work{child.condition});
}

void begin(supervisor_actor* self, attempt_id attempt) {
  auto& spec = spec_of(self, self->state.running.at(attempt).index);
  if (spec.node->when && !spec.is_wrapped)
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
    return settle_later(self, attempt, failed_child(self, child.index, x.values.error()));
  if (config::is_true(*x.values))
    return start_child(self, attempt);
  auto skipped = result_of(self, child.index, status::skipped);
  skipped.output = child.input;
  settle_later(self, attempt, std::move(skipped));
}

void launch_children(supervisor_actor* self, launch& x) {
  auto& st = self->state;
  if (x.tell)
    self->tell(x.tell->first, self->path(), std::move(x.tell->second));
  for (size_t i = 0; i < x.children.size(); ++i) {
    auto attempt = ++st.last_issued;
    auto index = x.children[i];
    auto& input = x.inputs.empty() ? self->order().input : x.inputs[i];
    st.running.emplace_hint(st.running.end(), attempt, running_child{index, input});
    if (st.spec.layer == layer::guarded)
      ++st.tries[index];
    if (x.after.count() == 0) {
      begin(self, attempt);
    } else {
      auto& child = st.running.at(attempt);
      child.at = phase::delayed;
      child.has_alarm = true;
      self->set_alarm(attempt, x.after);
    }
  }
}

void obey(supervisor_actor* self, directive next) {
  auto fail = [](give_up& x) {
    return finish{
      {.status = status::failed, .output = std::move(x.output), .error = std::move(x.error)}};
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

/// A merge that is not wanted any more changes nothing.
void stop_merge(supervisor_actor* self, step_result result) {
  auto& st = self->state;
  self->demonitor(st.reducer);
  self->send(st.reducer, stop_reduce{});
  st.reducer = nullptr;
  st.verdict = finish{std::move(result)};
  answer_verdict(self, {});
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

/// What a child leaves is seen by the parent's later nodes, and in a sequence by the next child.
void keep_leavings(supervisor_actor* self, const child_spec& spec, const finished& x) {
  auto& st = self->state;
  auto first_new = st.leavings.size();
  st.leavings.insert(st.leavings.end(), x.results.begin(), x.results.end());
  auto is_named = spec.layer == layer::whole && !spec.is_wrapped && x.result->success();
  if (is_named && spec.node->slot)
    st.leavings.emplace_back(*spec.node->slot, x.result);
  if (!st.spec.policy->passes_on() || (x.delta.empty() && first_new == st.leavings.size()))
    return;
  auto next = *st.scope;
  next.context = next.context.with(x.delta);
  for (auto i = first_new; i < st.leavings.size(); ++i)
    next.results = next.results.set(st.leavings[i].first, st.leavings[i].second);
  st.scope = std::make_shared<const scope>(std::move(next));
}

/// A child that was stopped because its time was up has failed, unless it ended by itself just
/// then.
shared_result judged(const running_child& child, const shared_result& x) {
  if (child.stopped != stop_reason::timeout || x->status != status::cancelled)
    return x;
  auto late = *x;
  late.status = status::failed;
  late.error = error{.code = errc::timeout, .message = "no answer in time", .path = x->path};
  return std::make_shared<const step_result>(std::move(late));
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
  auto result = judged(child, x.result);
  st.bill += result->metrics;
  if (!spec.is_hidden)
    st.ended.emplace_back(child.index, result);
  if (!spec.is_wrapped && !spec.is_hidden && self->services().has_listeners)
    tell_end(self, *result, child.stopped);
  if (result->ok() && !st.verdict) // later, whether it made it is a matter of chance
    keep_leavings(self, spec, x);
  if (!st.verdict)
    obey(self, st.spec.policy->on_settled({child.index, result, x.delta}));
  else if (st.running.empty())
    conclude(self);
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

} // namespace

supervisor_actor::supervisor_actor(caf::actor_config& cfg, shared_services services,
                                   const plan::node& node, std::string path, group_spec spec)
  : child_actor{cfg, std::move(services), node, std::move(path)} {
  state.spec = std::move(spec);
}

void supervisor_actor::on_exit() {
  stop_all(this, stop_reason::requested); // nobody is left when it ends as it should
  if (state.reducer)
    send(state.reducer, stop_reduce{});
  child_actor::on_exit();
  state = {}; // children and parents hold each other
}

caf::behavior supervisor_actor::make_behavior() {
  auto self = this;
  set_down_handler([=](const caf::down_msg& x) {
    if (self->state.reducer && x.source == self->state.reducer.address())
      fail_merge(self, {.code = errc::crashed, .message = "the reducer went down"});
  });
  return {
    [=](const start& x) {
      auto is_cancelled = self->accept(x);
      self->state.scope = x.scope;
      if (is_cancelled)
        decide(self, {self->cancelled()}, self->reason());
      else
        obey(self, self->state.spec.policy->on_start(x.input));
    },
    [=](const cancel& x) {
      if (self->is_told_to_stop(x))
        be_stopped(self, x.reason);
    },
    [=](const finished& x) { settle(self, x); },
    [=](const expired& x) { take_alarm(self, x.attempt); },
    [=](const evaluated& x) { take_condition(self, x); },
    [=](const reduced& x) { take_merged(self, x); },
  };
}

} // namespace troupe
