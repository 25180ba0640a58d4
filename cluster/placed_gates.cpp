// SPDX-License-Identifier: Apache-2.0
#include "cluster/placed_gates.hpp"

#include <caf/send.hpp>

namespace troupe {

namespace {

caf::actor gate_called(placed_actor* self, const std::string& name) {
  auto& services = self->services();
  if (name == gate_asked::budget)
    return services.budget;
  auto found = services.limits.find(name);
  return found == services.limits.end() ? nullptr : found->second;
}

} // namespace

void ask_gate(placed_actor* self, const gate_asked& x) {
  auto attempt = ++self->last_errand;
  self->errands.emplace(attempt, placed_actor::errand{x.gate, x.ticket});
  self->by_ticket[{x.gate, x.ticket}] = attempt;
  if (auto gate = gate_called(self, x.gate))
    self->send(gate, acquire{attempt, x.expected, x.is_undo});
  else // it is known here now that the step begins, and that is all that it waits for
    self->send(self->link, gate_answered{x.gate, x.ticket, true});
}

void answer_gate(placed_actor* self, attempt_id attempt, bool is_granted, std::string waits_for) {
  auto found = self->errands.find(attempt);
  if (found != self->errands.end() && self->link)
    self->send(self->link, gate_answered{found->second.gate, found->second.ticket, is_granted,
                                         std::move(waits_for)});
}

void leave_gate(placed_actor* self, const gate_left& x) {
  auto known = self->by_ticket.extract({x.gate, x.ticket});
  if (known.empty())
    return;
  if (auto gate = gate_called(self, x.gate))
    self->send(gate, release{known.mapped(), x.spent, x.has_started});
  self->errands.erase(known.mapped());
}

/// The budget knows a branch that is one step as its parent's attempt.
void meter(placed_actor* self, const gate_spent& x) {
  auto& budget = self->services().budget;
  if (!budget)
    return;
  auto known = self->by_ticket.find({gate_asked::budget, x.ticket});
  if (known != self->by_ticket.end()) {
    self->errands.at(known->second).spent = x.amount;
    self->send(budget, spent{known->second, x.amount});
  } else if (x.ticket == 0) {
    caf::send_as(self->parent(), budget, spent{self->order().attempt, x.amount});
  }
}

void leave_gates(placed_actor* self) {
  for (auto& [attempt, x] : self->errands)
    if (auto gate = gate_called(self, x.gate))
      self->send(gate, release{attempt, x.spent, true});
  self->errands.clear();
  self->by_ticket.clear();
}

} // namespace troupe
