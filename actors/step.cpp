// SPDX-License-Identifier: Apache-2.0
#include "actors/step.hpp"

namespace troupe {

namespace {

void leave_at_end(step_actor* self, std::optional<step_end> x) {
  if (x)
    self->answer(std::move(x->result), std::move(x->delta), {}, std::move(x->undo));
}

} // namespace

bool step_actor::is_recorded() const { return !is_helper(node()); }

caf::behavior step_actor::make_behavior() {
  auto self = this;
  return {
    [=](const start& x) {
      if (self->accept(x) || is_too_late(self->current()))
        return self->answer(self->cancelled());
      if (is_inline(self->node(), self->services()))
        return leave_at_end(self, run_inline(self->current(), x, self->parent()));
      self->execution = std::make_unique<step_execution>(*self, self->shared(), self->node(),
                                                         self->path(), x, self->started());
      leave_at_end(self, self->execution->begin(self->parent()));
    },
    [=](const cancel& x) {
      if (self->is_told_to_stop(x))
        leave_at_end(self, self->execution->stop());
    },
    [=](const worked& x) { leave_at_end(self, self->execution->take(x)); },
    [=](const park& x) { leave_at_end(self, self->execution->take(x)); },
    [=](const expired&) { leave_at_end(self, self->execution->take_alarm()); },
  };
}

} // namespace troupe
