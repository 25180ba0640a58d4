// SPDX-License-Identifier: Apache-2.0
#include "actors/admission.hpp"

#include "actors/spawn.hpp"

namespace troupe {

namespace {

/// The gate of that number; null: there are no more.
caf::actor gate_of(supervisor_actor* self, const child_spec& child, size_t number) {
  auto& services = *self->services_inside();
  if (services.budget && number == 0)
    return services.budget;
  auto place = number - (services.budget ? 1 : 0);
  auto& names = child.node->limits;
  if (place < names.size())
    return services.limits.find(names[place])->second;
  return place == names.size() && !child.node->idempotent ? services.first_asked : nullptr;
}

} // namespace

bool ask_next_gate(supervisor_actor* self, attempt_id attempt) {
  auto& child = self->state.running.at(attempt);
  auto& spec = self->state.spec.children[child.index];
  if (!is_one_step(spec))
    return false;
  auto gate = gate_of(self, spec, child.gates.size());
  if (!gate)
    return false;
  child.at = running_child::phase::waiting;
  auto expected = spec.node->expects.value_or(plan::estimate{});
  self->send(gate, acquire{attempt,
                           {.cost = expected.cost, .tokens = expected.tokens},
                           self->services_inside()->is_undoing});
  child.gates.push_back(std::move(gate));
  return true;
}

void leave_gates(supervisor_actor* self, attempt_id attempt, running_child& child,
                 const metrics& bill) {
  for (auto& gate : child.gates)
    self->send(gate, release{attempt, spending::of(bill), child.has_started});
  child.gates.clear();
}

} // namespace troupe
