// SPDX-License-Identifier: Apache-2.0
#include "cluster/remote_gate.hpp"

#include "actors/exceptions.hpp"

namespace troupe {

caf::behavior remote_gate(remote_gate_actor* self, std::string gate, caf::actor branch) {
  end_without_printing(self);
  self->state.gate = std::move(gate);
  self->state.branch = std::move(branch);
  auto ticket_of = [=](attempt_id attempt) {
    return self->state.holders.find(caf::actor_cast<caf::actor_addr>(self->current_sender()),
                                    attempt);
  };
  return {
    [=](const acquire& x) {
      auto& st = self->state;
      auto ticket = st.holders.add(caf::actor_cast<caf::actor>(self->current_sender()), x.attempt);
      self->send(st.branch, gate_asked{st.gate, ticket, x.expected, x.is_undo});
    },
    [=](const gate_answered& x) {
      auto holder = self->state.holders.at(x.ticket);
      if (!holder)
        return;
      if (x.is_granted)
        self->send(holder->supervisor, granted{holder->attempt});
      else
        self->send(holder->supervisor, queued{holder->attempt, x.waits_for});
    },
    [=](const release& x) {
      auto& st = self->state;
      auto ticket = ticket_of(x.attempt);
      if (!ticket)
        return;
      st.holders.remove(*ticket);
      self->send(st.branch, gate_left{st.gate, *ticket, x.spent, x.has_started});
    },
    [=](const spent& x) { // late bills go another way
      if (x.attempt != 0)
        self->send(self->state.branch, gate_spent{ticket_of(x.attempt).value_or(0), x.amount});
    },
    [=](const close_gate&) {
      self->send(self->state.branch, gate_closed{self->state.gate});
      self->state.branch = nullptr;
      self->quit();
    },
  };
}

} // namespace troupe
