// SPDX-License-Identifier: Apache-2.0
#include "actors/timer.hpp"

#include "actors/exceptions.hpp"

namespace troupe {

namespace {

void arm(timer_actor* self, duration grain) {
  auto& st = self->state;
  if (st.alarms.empty() || st.alarms.begin()->first >= st.armed_for)
    return;
  st.armed_for = st.alarms.begin()->first;
  auto wait = st.armed_for - self->clock().now();
  self->delayed_send(self, std::max<caf::timespan>(wait, grain), tick{++st.epoch});
}

template <class T>
timer_state::owner owner_of(timer_actor* self, const T& x) {
  return {caf::actor_cast<caf::actor_addr>(self->current_sender()), x.attempt, x.kind};
}

void forget(timer_actor* self, const timer_state::owner& who) {
  auto& st = self->state;
  if (auto known = st.by_owner.extract(who))
    st.alarms.erase(known.mapped());
}

void ring(timer_actor* self) {
  auto& st = self->state;
  st.armed_for = timer_state::time_point::max();
  auto end = st.alarms.upper_bound(self->clock().now());
  for (auto i = st.alarms.begin(); i != end; i = st.alarms.erase(i)) {
    st.by_owner.erase(i->second);
    if (auto who = caf::actor_cast<caf::actor>(i->second.who))
      self->send(who, expired{i->second.attempt, i->second.kind});
  }
}

} // namespace

caf::behavior timer(timer_actor* self, duration grain) {
  end_without_printing(self);
  return {
    [=](const set_alarm& x) {
      auto& st = self->state;
      auto who = owner_of(self, x);
      forget(self, who);
      auto at = st.alarms.emplace(x.since.value_or(self->clock().now()) + x.after, who);
      st.by_owner.emplace(std::move(who), at);
      arm(self, grain);
    },
    [=](const ask_to_proceed&) {
      self->send(caf::actor_cast<caf::actor>(self->current_sender()), proceed{});
    },
    [=](const clear_alarm& x) { forget(self, owner_of(self, x)); },
    [=](const tick& x) {
      if (x.epoch != self->state.epoch)
        return; // superseded by an earlier one
      ring(self);
      arm(self, grain);
    },
  };
}

} // namespace troupe
