// SPDX-License-Identifier: Apache-2.0
#include "actors/step.hpp"

#include "actors/call.hpp"
#include "actors/promise.hpp"
#include "actors/step_work.hpp"
#include "messages/run_protocol.hpp"

namespace troupe {

namespace {

void leave(step_actor* self, step_end x) {
  self->answer(std::move(x.result), std::move(x.delta), {}, std::move(x.undo));
}

/// User code has returned; the step ends with what it says.
void conclude(step_actor* self, const outcome& x) {
  leave(self, end_with(self->current(), self->order(), x, self->unfilled, self->stopping));
}

/// There is an answer, but it is to be given later.
void wait_with(step_actor* self, const park& x) {
  self->parked = x.outcome;
  self->set_alarm(x.attempt, x.delay);
}

void start_async(step_actor* self, const async_fn& fn, value params) {
  self->call->begin();
  self->call->begin_start();
  auto way = std::make_shared<promise::channel>(self, self->call);
  if (auto thrown = start_user_code(fn, self->call->input_for(std::move(params)), promise{way}))
    way->answer(std::move(*thrown));
  auto said = self->call->end_start();
  if (said && said->delay.count() > 0)
    wait_with(self, *said);
  else if (said)
    conclude(self, *said->outcome);
}

void begin(step_actor* self) {
  auto& spec = std::get<plan::step>(self->node().body);
  auto& order = self->order();
  if (std::holds_alternative<inline_fn>(function_of(spec, self->services())))
    return leave(self, run_inline(self->current(), order, self->parent()));
  auto params = params_of(spec, order, self->unfilled);
  if (!params)
    return self->answer(self->failed(params.error()));
  self->call =
    std::make_shared<call>(self->shared(), self->node(), self->path(), order, self->parent());
  if (auto async = std::get_if<async_fn>(&self->call->function()))
    return start_async(self, *async, std::move(*params));
  self->call->prepare(self, std::move(*params));
  self->send(self->services().pool, work{self->call});
}

/// Stopped while its answer waited for its time: what it cost stays.
void cancel_parked(step_actor* self, const outcome& x) {
  auto result = self->cancelled();
  result.metrics = metrics::from(x.answer->metrics).value_or(metrics{});
  self->answer(std::move(result));
}

/// Answers although user code still runs; its bill will go to the run.
void give_up_on_it(step_actor* self) {
  self->send(self->services().run, abandoned{self->path()});
  self->send(self->services().pool, gave_up{});
  auto result = self->cancelled();
  result.abandoned = true;
  self->answer(std::move(result));
}

void stop(step_actor* self) {
  if (self->stopping)
    return;
  self->stopping = true;
  if (self->parked) {
    self->send(self->services().timer, clear_alarm{self->order().attempt});
    return cancel_parked(self, *self->parked);
  }
  if (self->call->drop())
    return self->answer(self->cancelled());
  self->call->request_stop();
  auto is_plain = std::holds_alternative<plain_fn>(self->call->function());
  if (!is_plain)
    self->set_alarm(self->order().attempt, stop_limit); // it can stop, and answers when it has
  else if (self->call->abandon())
    give_up_on_it(self);
  // else it has just returned: its answer is on the way, and stands
}

} // namespace

bool step_actor::is_recorded() const { return !is_helper(node()); }

caf::behavior step_actor::make_behavior() {
  auto self = this;
  return {
    [=](const start& x) {
      if (self->accept(x) || is_too_late(self->current()))
        self->answer(self->cancelled());
      else
        begin(self);
    },
    [=](const cancel& x) {
      if (self->is_told_to_stop(x))
        stop(self);
    },
    [=](const worked& x) { conclude(self, *x.outcome); },
    [=](const park& x) {
      if (self->stopping)
        return cancel_parked(self, *x.outcome);
      wait_with(self, x);
    },
    [=](const expired&) {
      if (!self->stopping && self->parked)
        conclude(self, *self->parked);
      else if (self->stopping && self->call->abandon())
        give_up_on_it(self);
    },
  };
}

} // namespace troupe
