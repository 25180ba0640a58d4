// SPDX-License-Identifier: Apache-2.0
#include "actors/step_execution.hpp"

#include "actors/call.hpp"
#include "actors/promise.hpp"
#include "messages/run_protocol.hpp"

namespace troupe {

step_execution::step_execution(child_actor& host, shared_services services, const plan::node& node,
                               std::string path, start order, caf::actor_clock::time_point started)
  : host_{host}, services_{std::move(services)}, node_{node}, path_{std::move(path)},
    order_{std::move(order)}, started_{started} {}

template <class F>
step_execution::end step_execution::contained(F work) {
  end at_end;
  try {
    at_end = work();
  } catch (...) {
    at_end = crashed(current());
  }
  if (at_end && std::exchange(has_alarm_, false))
    host_.clear_work_alarm(order_.attempt);
  return at_end;
}

std::optional<step_end> step_execution::begin(const caf::actor& supervisor) {
  return contained([&]() -> end {
    auto wait = std::get_if<plan::wait>(&node_.body);
    if (!wait)
      return start_call(supervisor);
    auto same = std::make_shared<const outcome>(outcome{step_output{order_.input}});
    return take_answer(park{order_.attempt, *wait->time, std::move(same)});
  });
}

step_execution::end step_execution::start_call(const caf::actor& supervisor) {
  auto& spec = std::get<plan::step>(node_.body);
  auto params = params_of(spec, order_, unfilled_);
  if (!params)
    return ended_as(current().failed(params.error()));
  call_ = std::make_shared<call>(services_, node_, path_, order_, supervisor);
  if (auto async = std::get_if<async_fn>(&call_->function()))
    return start_async(*async, std::move(*params));
  call_->prepare(caf::actor{&host_}, std::move(*params));
  host_.send(services_->pool, work{call_});
  return {};
}

step_execution::end step_execution::start_async(const async_fn& fn, value params) {
  call_->begin();
  call_->enter();
  auto way = std::make_shared<promise::channel>(caf::actor{&host_}, call_);
  if (auto thrown = start_user_code(fn, call_->input_for(std::move(params)), promise{way}))
    way->answer(std::move(*thrown));
  return take_answer(call_->leave());
}

/// Nothing: there is none yet.
step_execution::end step_execution::take_answer(const std::optional<park>& said) {
  if (!said)
    return {};
  call_ = nullptr;
  if (said->delay.count() <= 0)
    return end_with(*said->outcome);
  if (is_stopping_)
    return end_cancelled(said->outcome.get());
  parked_ = said->outcome;
  set_alarm(said->delay);
  return {};
}

std::optional<step_end> step_execution::take(const worked& x) {
  return contained([&] { return take_answer(park{x.attempt, duration{0}, x.outcome}); });
}

std::optional<step_end> step_execution::take(const park& x) {
  return contained([&] { return take_answer(x); });
}

std::optional<step_end> step_execution::take_alarm() {
  has_alarm_ = false;
  return contained([&]() -> end {
    if (parked_)
      return end_with(*parked_);
    if (is_stopping_ && call_ && call_->abandon())
      return end_abandoned();
    return {};
  });
}

std::optional<step_end> step_execution::stop() {
  if (std::exchange(is_stopping_, true))
    return {};
  has_crossed_ = call_ && call_->has_returned();
  if (has_crossed_)
    return {};
  return contained([&] { return parked_ ? end_cancelled(parked_.get()) : stop_call(); });
}

void step_execution::give_up() {
  if (call_ && call_->abandon())
    end_abandoned();
}

step_execution::end step_execution::stop_call() {
  if (call_->drop())
    return end_cancelled();
  call_->enter();
  call_->request_stop();
  if (auto at_end = take_answer(call_->leave()))
    return at_end;
  auto is_plain = std::holds_alternative<plain_fn>(call_->function());
  if (!is_plain)
    set_alarm(stop_limit); // it can stop, and answers when it has
  else if (call_->abandon())
    return end_abandoned();
  return {}; // or it has just returned: its answer is on the way, and stands
}

/// What it had cost before it was stopped stays.
step_execution::end step_execution::end_cancelled(const outcome* parked) {
  auto result = current().cancelled();
  if (parked)
    result.metrics = metrics::from(parked->answer->metrics).value_or(metrics{});
  return ended_as(std::move(result));
}

/// It ends although user code still runs, whose bill will go to the run.
step_execution::end step_execution::end_abandoned() {
  host_.send(services_->run, abandoned{path_});
  host_.send(services_->pool, gave_up{});
  auto result = current().cancelled();
  result.abandoned = true;
  return ended_as(std::move(result));
}

step_end step_execution::end_with(const outcome& said) {
  return troupe::end_with(current(), order_, said, unfilled_, is_stopping_ && !has_crossed_);
}

void step_execution::set_alarm(duration after) {
  has_alarm_ = true;
  host_.set_work_alarm(order_.attempt, after);
}

} // namespace troupe
