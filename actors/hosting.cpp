// SPDX-License-Identifier: Apache-2.0
#include "actors/hosting.hpp"

#include "actors/children.hpp"
#include "actors/group_result.hpp"
#include "actors/spawn.hpp"

namespace troupe {

using phase = running_child::phase;
using time_point = caf::actor_clock::time_point;

namespace {

/// What takes longer to begin, or to call if it is inline, is not short.
constexpr duration longest_call = std::chrono::microseconds{50};
/// So many children that run beside others get actors of their own when one was not short.
constexpr size_t apart_after_long_call = 16;
/// So many may begin before an inline function that waits is called, for they may never end.
constexpr size_t most_before_a_call = 1000;

/// What is an inline function is called, and needs no time limit, for nothing can stop it. Nothing:
/// it is under way.
std::optional<step_end> begin_here(supervisor_actor* self, attempt_id attempt, running_child& child,
                                   time_point now, bool is_call) {
  auto& spec = spec_of(self, child.index);
  auto& services = self->services_inside();
  auto path = path_of(*self, spec, child.number);
  auto order = begin_work(self, attempt, child, path);
  auto started = now - order.waited;
  activation here{services, *spec.node, path, self->clock(), started, order.waited};
  if (is_too_late(here))
    return ended_as(here.cancelled());
  if (is_call)
    return run_inline(here, order, self);
  child.at = phase::hosted;
  child.execution = std::make_unique<step_execution>(*self, services, *spec.node, std::move(path),
                                                     std::move(order), started);
  auto at_end = child.execution->begin(self);
  if (!at_end && spec.limit)
    self->set_limit(attempt, *spec.limit);
  return at_end;
}

void end_here(supervisor_actor* self, attempt_id attempt, running_child& child, step_end x) {
  self->hide_secrets(*x.result);
  finished word{attempt, std::move(x.result), std::move(x.delta), {}, std::move(x.undo)};
  if (auto& recorder = self->services().recorder)
    if (is_leaf(spec_of(self, child.index)) && word.result->status != status::cancelled)
      self->send(recorder, recorded{word.result->path, word});
  settle_later(self, child, std::move(word));
}

} // namespace

void wait_for_turn(supervisor_actor* self, attempt_id attempt, running_child& child) {
  auto& st = self->state;
  auto& node = *spec_of(self, child.index).node;
  child.at = phase::ready;
  (is_inline(node, *self->services_inside()) ? st.to_call : st.to_begin).add(attempt);
}

std::optional<time_point> begin_next(supervisor_actor* self) {
  auto& st = self->state;
  auto is_call =
    st.to_begin.empty() || (!st.to_call.empty() && st.begun_first >= most_before_a_call);
  st.begun_first = is_call ? 0 : st.begun_first + 1;
  auto attempt = (is_call ? st.to_call : st.to_begin).take();
  auto found = st.running.find(attempt);
  if (found == st.running.end() || found->second.at != phase::ready)
    return {}; // was told to stop
  if (st.next_apart > 0 && st.running.size() > 1) {
    --st.next_apart;
    hand_over(self, attempt);
    return {};
  }
  auto& child = found->second;
  auto begun = self->clock().now();
  auto at_end = begin_here(self, attempt, child, begun, is_call);
  auto took = at_end ? at_end->result->duration - child.waited : self->clock().now() - begun;
  if (took > longest_call)
    st.next_apart = apart_after_long_call;
  if (at_end)
    end_here(self, attempt, child, std::move(*at_end));
  return begun + took;
}

void pass_on(supervisor_actor* self, attempt_id attempt,
             const std::function<std::optional<step_end>(step_execution&)>& tell) {
  auto found = self->state.running.find(attempt);
  if (found == self->state.running.end() || found->second.at != phase::hosted)
    return;
  if (auto at_end = tell(*found->second.execution))
    end_here(self, attempt, found->second, std::move(*at_end));
}

void stop_hosted(supervisor_actor* self, attempt_id attempt, running_child& child) {
  if (auto at_end = child.execution->stop())
    end_here(self, attempt, child, std::move(*at_end));
}

} // namespace troupe
