// SPDX-License-Identifier: Apache-2.0
#include "actors/wait.hpp"

#include "actors/node_end.hpp"
#include "messages/run_protocol.hpp"

namespace troupe {

namespace {

void conclude(wait_actor* self, value output) {
  auto result = self->blank();
  result.output = std::move(output);
  changes delta;
  end_node(self->node(), nullptr, *self->order().scope, self->order().input, result, delta);
  auto undo = self->completed_with(result);
  self->answer(std::move(result), std::move(delta), {}, std::move(undo));
}

void begin(wait_actor* self) {
  auto& spec = std::get<plan::wait>(self->node().body);
  auto& order = self->order();
  auto message = plan::resolve(spec.message, {*order.scope, order.input});
  if (!message)
    return self->answer(self->failed(message.error()));
  self->send(self->services().run, await_signal{order.attempt, self->path(), spec.signal,
                                                message->as_text(), spec.schema});
  self->tell(
    event_type::waiting_for_signal, self->path(),
    {{"signal", spec.signal}, {"message", message->as_text()}, {"schema", spec.schema_as_written}});
  self->tell_paused(true);
}

void stop(wait_actor* self) {
  self->send(self->services().run, forget_signal{self->path()});
  self->answer(self->cancelled());
}

} // namespace

caf::behavior wait_actor::make_behavior() {
  auto self = this;
  return {
    [=](const start& x) {
      if (self->accept(x))
        self->answer(self->cancelled());
      else
        begin(self);
    },
    [=](const cancel& x) {
      if (self->is_told_to_stop(x))
        stop(self);
    },
    [=](const signalled& x) { conclude(self, x.payload); },
  };
}

} // namespace troupe
