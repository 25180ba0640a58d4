// SPDX-License-Identifier: Apache-2.0
#include "actors/timer.hpp"

#include "actors/exceptions.hpp"

namespace troupe {

namespace {

void arm(timer_actor* self, duration grain) {
  auto& st = self->state;
  if (st.alarms.next() >= st.armed_for)
    return;
  st.armed_for = st.alarms.next();
  auto wait = st.armed_for - self->clock().now();
  self->delayed_send(self, std::max<caf::timespan>(wait, grain), tick{++st.epoch});
}

timer_state::owner sender_of(timer_actor* self, attempt_id attempt) {
  return {caf::actor_cast<caf::actor_addr>(self->current_sender()), attempt};
}

void ring(timer_actor* self) {
  auto& st = self->state;
  st.armed_for = timer_state::time_point::max();
  auto now = self->clock().now();
  while (auto due = st.alarms.take_due(now))
    if (auto who = caf::actor_cast<caf::actor>(due->who))
      self->send(who, expired{due->attempt});
}

} // namespace

caf::behavior timer(timer_actor* self, duration grain) {
  end_without_printing(self);
  return {
    [=](const set_alarm& x) {
      self->state.alarms.set(sender_of(self, x.attempt),
                             x.since.value_or(self->clock().now()) + x.after);
      arm(self, grain);
    },
    [=](const ask_to_proceed&) {
      self->send(caf::actor_cast<caf::actor>(self->current_sender()), proceed{});
    },
    [=](const clear_alarm& x) { self->state.alarms.forget(sender_of(self, x.attempt)); },
    [=](const tick& x) {
      if (x.epoch != self->state.epoch)
        return; // superseded by an earlier one
      ring(self);
      arm(self, grain);
    },
  };
}

} // namespace troupe
