// SPDX-License-Identifier: Apache-2.0
#include "actors/budget.hpp"

#include "actors/exceptions.hpp"
#include "messages/run_protocol.hpp"

namespace troupe {

namespace {

constexpr attempt_id time_is_up = 1;
constexpr double share_to_warn_at = 0.8;

void tell_exceeded(budget_actor* self, const std::string& what) {
  auto owner = std::exchange(self->state.owner, nullptr);
  if (owner)
    self->send(owner, exceeded{{.code = errc::budget_exceeded, .message = what}});
}

void let_in(budget_actor* self, uint64_t ticket) {
  auto& st = self->state;
  auto holder = st.holders.at(ticket);
  self->send(holder->supervisor, granted{holder->attempt});
}

/// Those that fit here go on to the budget around, which may keep them waiting.
void look_again(budget_actor* self) {
  auto& st = self->state;
  auto& outer = st.services->budget;
  for (auto ticket : st.books->grant())
    if (outer)
      self->send(outer, acquire{ticket, st.books->expected_of(ticket), st.books->is_free(ticket)});
    else
      let_in(self, ticket);
  auto share = st.books->share_spent();
  if (share >= share_to_warn_at && !std::exchange(st.has_warned, true) &&
      st.services->has_listeners)
    self->send(st.services->run, note{event_type::budget_warning, st.path, {{"share", share}}});
  if (auto what = st.books->trouble(); !what.empty())
    tell_exceeded(self, what);
}

std::optional<uint64_t> ticket_of(budget_actor* self, attempt_id attempt) {
  return self->state.holders.find(caf::actor_cast<caf::actor_addr>(self->current_sender()),
                                  attempt);
}

} // namespace

caf::behavior budget(budget_actor* self, shared_services services, std::string path,
                     plan::budget spec, caf::actor owner) {
  end_without_printing(self);
  auto& st = self->state;
  st.services = std::move(services);
  st.path = std::move(path);
  st.spec = spec;
  st.books.emplace(spec);
  st.owner = std::move(owner);
  if (spec.duration)
    self->send(st.services->timer, set_alarm{time_is_up, *spec.duration});
  return {
    [=](const acquire& x) {
      auto who = caf::actor_cast<caf::actor>(self->current_sender());
      auto ticket = self->state.holders.add(who, x.attempt);
      self->state.books->ask(ticket, x.expected, x.is_undo);
      look_again(self);
      if (self->state.books->is_waiting(ticket))
        self->send(who, queued{x.attempt, "budget"});
    },
    [=](const granted& x) { // by the budget around
      if (self->state.holders.at(x.attempt))
        let_in(self, x.attempt);
    },
    [=](const queued& x) {
      if (auto holder = self->state.holders.at(x.attempt))
        self->send(holder->supervisor, queued{holder->attempt, x.gate});
    },
    [=](const release& x) {
      auto& state = self->state;
      auto ticket = ticket_of(self, x.attempt);
      if (!ticket)
        return;
      auto was_let_in = state.books->is_open(*ticket);
      state.books->settle(*ticket, x.spent, x.has_started);
      state.holders.remove(*ticket);
      if (state.services->budget && was_let_in)
        self->send(state.services->budget, release{*ticket, x.spent, x.has_started});
      look_again(self);
    },
    [=](const spent& x) {
      auto& state = self->state;
      auto ticket = x.attempt == 0 ? std::nullopt : ticket_of(self, x.attempt);
      if (!ticket && x.attempt != 0)
        return; // has been settled
      if (ticket)
        state.books->meter(*ticket, x.amount);
      else
        state.books->add(x.amount);
      if (state.services->budget && ticket)
        self->send(state.services->budget, spent{*ticket, x.amount});
      look_again(self);
    },
    [=](const close_budget&) {
      if (self->state.spec.duration)
        self->send(self->state.services->timer, clear_alarm{time_is_up});
      self->quit();
    },
    [=](const expired&) {
      tell_exceeded(self, "duration: " + to_string(*self->state.spec.duration) + " have passed");
    },
  };
}

} // namespace troupe
