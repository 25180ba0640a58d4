// SPDX-License-Identifier: Apache-2.0
#include "actors/limiter.hpp"

#include "actors/exceptions.hpp"

namespace troupe {

namespace {

constexpr attempt_id next_permit = 1, all_tokens = 2; // alarms

duration now(limiter_actor* self) {
  return std::chrono::duration_cast<duration>(self->clock().now().time_since_epoch());
}

/// Keeps itself alive until a new one in its place would be no other.
void remember(limiter_actor* self) {
  auto& st = self->state;
  auto wait = st.permits->until_full(now(self));
  if (wait.count() > 0 && !st.itself)
    self->send(st.timer, set_alarm{all_tokens, wait});
  st.itself = wait.count() > 0 ? caf::actor{self} : nullptr;
}

void let_in(limiter_actor* self) {
  auto& [name, permits, holders, timer, waiting, itself] = self->state;
  for (auto ticket : permits->grant(now(self))) {
    auto holder = holders.at(ticket);
    self->send(holder->supervisor, granted{holder->attempt});
  }
  *waiting = permits->waiting();
  if (auto wait = permits->next_after(now(self)))
    self->send(timer, set_alarm{next_permit, *wait});
  remember(self);
}

} // namespace

caf::behavior limiter(limiter_actor* self, std::string name, limit spec, caf::actor timer,
                      std::shared_ptr<std::atomic<size_t>> waiting) {
  end_without_printing(self);
  self->state.limit = std::move(name);
  self->state.permits.emplace(spec, now(self));
  self->state.timer = std::move(timer);
  self->state.waiting = std::move(waiting);
  return {
    [=](const acquire& x) {
      auto& st = self->state;
      auto who = caf::actor_cast<caf::actor>(self->current_sender());
      auto held = st.permits->held();
      st.permits->ask(st.holders.add(who, x.attempt));
      let_in(self);
      if (st.permits->held() == held)
        self->send(who, queued{x.attempt, st.limit});
    },
    [=](const release& x) {
      auto who = caf::actor_cast<caf::actor_addr>(self->current_sender());
      auto ticket = self->state.holders.find(who, x.attempt);
      if (!ticket)
        return;
      self->state.permits->give_back(*ticket);
      self->state.holders.remove(*ticket);
      let_in(self);
    },
    [=](const expired& x) {
      if (x.attempt == all_tokens)
        self->state.itself = nullptr; // again, if more have been let in meanwhile
      let_in(self);
    },
  };
}

} // namespace troupe
