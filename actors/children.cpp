// SPDX-License-Identifier: Apache-2.0
#include "actors/children.hpp"

#include "actors/admission.hpp"
#include "actors/group_result.hpp"
#include "actors/hosting.hpp"
#include "actors/replays.hpp"
#include "actors/sight.hpp"
#include "actors/spawn.hpp"

namespace troupe {

using phase = running_child::phase;

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

void settle_later(supervisor_actor* self, running_child& child, finished x) {
  child.at = phase::ended;
  self->state.at_hand.add(std::move(x));
}

start begin_work(supervisor_actor* self, attempt_id attempt, running_child& child,
                 const std::string& path) {
  auto& st = self->state;
  auto& spec = spec_of(self, child.index);
  if (spec.is_announced())
    tell_start(self, spec, path);
  child.has_started = true;
  auto is_retried = st.spec.layer == layer::retry;
  return {attempt, std::move(child.input), std::move(child.scope),
          is_retried ? static_cast<int>(child.number) + 1 : self->order().try_number, child.waited};
}

void hand_over(supervisor_actor* self, attempt_id attempt) {
  auto& st = self->state;
  auto& child = st.running.at(attempt);
  auto& spec = spec_of(self, child.index);
  auto& services = self->services_inside();
  auto path = path_of(*self, spec, child.number);
  auto order = begin_work(self, attempt, child, path);
  child.at = phase::working;
  child.handle = st.spec.spawn(self, services, spec, path);
  self->send(child.handle, std::move(order));
  if (spec.limit && !goes_elsewhere(*services, spec)) // its time begins where it runs
    self->set_limit(attempt, *spec.limit);
}

namespace {

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

void settle_later(supervisor_actor* self, attempt_id attempt, step_result result) {
  settle_later(self, self->state.running.at(attempt),
               {attempt, std::make_shared<const step_result>(std::move(result))});
}

/// The child may begin: at once if it gets an actor, else when it is its turn. Those beside it
/// begin first that way, and what one of them comes to counts before the next begins.
void start_work(supervisor_actor* self, attempt_id attempt) {
  auto& child = self->state.running.at(attempt);
  if (!needs_no_actor(*self->services_inside(), spec_of(self, child.index)))
    return hand_over(self, attempt);
  wait_for_turn(self, attempt, child);
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
    start_work(self, attempt);
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
  self->set_limit(attempt, longest_evaluation);
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

} // namespace

void take_permit(supervisor_actor* self, attempt_id attempt) {
  auto found = self->state.running.find(attempt);
  auto is_wanted = found != self->state.running.end() && found->second.at == phase::waiting;
  if (!is_wanted || ask_next_gate(self, attempt))
    return; // has been given back; or there is another gate
  auto& child = found->second;
  if (child.queued_at)
    child.waited = std::chrono::duration_cast<duration>(self->clock().now() - *child.queued_at);
  start_work(self, attempt);
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

void take_condition(supervisor_actor* self, const evaluated& x) {
  auto& running = self->state.running;
  auto found = running.find(x.attempt);
  if (found == running.end() || found->second.at != phase::deciding)
    return; // was told to stop meanwhile
  self->clear_limit(x.attempt);
  auto& child = found->second;
  child.condition = nullptr;
  if (!x.values)
    return settle_later(self, x.attempt, failed_child(self, child, x.values.error()));
  if (config::is_true(*x.values))
    return start_child(self, x.attempt);
  skip(self, x.attempt);
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
  self->set_limit(attempt, after);
}

void take_alarm(supervisor_actor* self, attempt_id attempt) {
  auto found = self->state.running.find(attempt);
  if (found == self->state.running.end() || found->second.stopped)
    return; // has answered, or is about to for another reason
  auto& child = found->second;
  if (child.at != phase::delayed)
    return stop_child(self, attempt, stop_reason::timeout);
  begin(self, attempt);
}

void stop_child(supervisor_actor* self, attempt_id attempt, stop_reason why) {
  auto found = self->state.running.find(attempt);
  if (found == self->state.running.end() || found->second.stopped)
    return; // has answered, or knows: the first reason stands
  auto& child = found->second;
  if (child.at == phase::ended)
    return; // there is nobody to tell
  child.stopped = why;
  if (child.at == phase::working)
    return self->send<caf::message_priority::high>(child.handle, cancel{attempt, why});
  if (child.at == phase::hosted)
    return stop_hosted(self, attempt, child);
  if (child.at == phase::deciding) {
    child.condition->stop();
    self->send(self->services().pool, gave_up{});
  }
  settle_later(self, attempt, cancelled_child(self, child));
}

void stop_all(supervisor_actor* self, stop_reason why) {
  for (auto& [attempt, child] : self->state.running)
    if (spec_of(self, child.index).place != place::rollback)
      stop_child(self, attempt, why);
}

} // namespace troupe
