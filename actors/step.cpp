// SPDX-License-Identifier: Apache-2.0
#include "actors/step.hpp"

#include "actors/call.hpp"
#include "actors/node_end.hpp"
#include "actors/promise.hpp"
#include "actors/tenure.hpp"
#include "config/overloaded.hpp"
#include "messages/run_protocol.hpp"

#include <algorithm>

namespace troupe {

namespace {

const plan::step& step_of(step_actor* self) { return std::get<plan::step>(self->node().body); }

/// A text that says a number or a boolean, if that is wanted.
value coerced(const value& x, nlohmann::json::value_t wanted) {
  if (!x.is_string())
    return x;
  auto read = nlohmann::json::parse(x.text(), nullptr, false);
  auto wants_number = wanted != nlohmann::json::value_t::boolean;
  auto fits = wants_number ? read.is_number() : read.is_boolean();
  return fits ? value{std::move(read)} : x;
}

/// The params with templates filled in, and checked if anything in them could change.
expected<value> params_of(step_actor* self) {
  auto& spec = step_of(self);
  auto& order = self->order();
  view here{*order.scope, order.input, nullptr, &self->unfilled};
  auto params = plan::resolve(spec.params, here);
  if (!params || (!spec.recheck && spec.shells.empty()))
    return params;
  std::vector<value::member> all;
  params->each_member([&](const std::string& name, const value& x) {
    auto is_it = [&](auto& one) { return one.first == name; };
    auto wanted = std::find_if(spec.coerced.begin(), spec.coerced.end(), is_it);
    all.emplace_back(name, wanted == spec.coerced.end() ? x : coerced(x, wanted->second));
  });
  for (auto& [name, shell] : spec.shells) {
    auto filled = plan::resolve(shell, here);
    if (!filled)
      return filled;
    all.emplace_back(name, *filled);
  }
  auto whole = value::object(std::move(all));
  if (spec.recheck)
    if (auto problem = spec.recheck->problem_of(whole); !problem.empty())
      return failure(errc::invalid_input, "params" + problem);
  return whole;
}

/// What the document says that a success costs.
void add_price(step_actor* self, step_result& result) {
  view here{*self->order().scope, self->order().input, &result.output};
  auto price = plan::resolve(*self->node().price, here);
  auto is_amount = price && price->is_number() && price->json().get<double>() >= 0;
  if (is_amount) {
    result.metrics += *metrics::from({{"cost_usd", price->json()}});
    return;
  }
  auto spent = result.metrics;
  result =
    self->failed(price ? error{.code = errc::invalid_output,
                               .message = "price: wanted an amount in USD, got " + price->as_text()}
                       : price.error());
  result.metrics = spent;
}

/// User code has returned; the step ends with what it says.
void conclude(step_actor* self, const outcome& x) {
  auto& bill = x.answer ? x.answer->metrics : x.failed_metrics;
  auto spent = metrics::from(bill);
  auto result = !x.answer ? self->failed(x.answer.error())
                : !spent  ? self->failed(spent.error())
                          : self->blank();
  if (!x.answer && self->stopping)
    result = self->cancelled();
  result.metrics = spent.value_or(metrics{});
  changes delta;
  if (result.ok()) {
    result.output = x.answer->output;
    result.quality = x.answer->quality;
    result.action = x.answer->action;
    delta = x.answer->changes;
    value{x.answer->metadata}.each_member(
      [&](const std::string& key, const value& fact) { result.metadata[key] = fact; });
  }
  if (result.ok() && self->node().price)
    add_price(self, result);
  add_warnings(result, self->unfilled);
  end_node(self->node(), nullptr, *self->order().scope, self->order().input, result, delta);
  auto undo = self->completed_with(result);
  self->answer(std::move(result), std::move(delta), {}, std::move(undo));
}

/// Whether this process was stopped, or cut off, for so long that the branch is elsewhere by now.
/// It will be told to stop, but nothing may begin until then.
bool is_too_late(step_actor* self) {
  auto& tenure = self->services().tenure;
  return tenure && tenure->is_over(self->clock().now());
}

void begin(step_actor* self) {
  auto params = params_of(self);
  if (!params)
    return self->answer(self->failed(params.error()));
  auto& order = self->order();
  self->call =
    std::make_shared<call>(self->shared(), self->node(), self->path(), order, self->parent());
  auto visitor = overloaded{
    [&](const plain_fn&) {
      self->call->prepare(self, std::move(*params));
      self->send(self->services().pool, work{self->call});
    },
    [&](const inline_fn& fn) {
      auto said = run_user_code(fn.run, self->call->input_for(std::move(*params)));
      self->call->end_stream();
      conclude(self, said);
    },
    [&](const async_fn& fn) {
      self->call->begin();
      auto way = std::make_shared<promise::channel>(self, self->call);
      auto input = self->call->input_for(std::move(*params));
      if (auto thrown = start_user_code(fn, input, promise{way}))
        way->answer(std::move(*thrown));
    },
  };
  std::visit(visitor, self->call->function());
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
      if (self->accept(x) || is_too_late(self))
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
      self->parked = x.outcome;
      self->set_alarm(x.attempt, x.delay);
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
