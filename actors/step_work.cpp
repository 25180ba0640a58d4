// SPDX-License-Identifier: Apache-2.0
#include "actors/step_work.hpp"

#include "actors/call.hpp"
#include "actors/child_actor.hpp"
#include "actors/node_end.hpp"
#include "actors/tenure.hpp"
#include "config/thrown.hpp"

#include <algorithm>

namespace troupe {

namespace {

/// A text that says a number or a boolean, if that is wanted.
value coerced(const value& x, nlohmann::json::value_t wanted) {
  if (!x.is_string())
    return x;
  auto read = nlohmann::json::parse(x.text(), nullptr, false);
  auto wants_number = wanted != nlohmann::json::value_t::boolean;
  auto fits = wants_number ? read.is_number() : read.is_boolean();
  return fits ? value{std::move(read)} : x;
}

/// What the document says that a success costs.
void add_price(const activation& at, const start& order, step_result& result) {
  auto price = plan::resolve(*at.node.price, {*order.scope, order.input, &result.output});
  auto is_amount = price && price->is_number() && price->json().get<double>() >= 0;
  if (is_amount) {
    result.metrics += *metrics::from({{"cost_usd", price->json()}});
    return;
  }
  auto spent = result.metrics;
  result =
    at.failed(price ? error{.code = errc::invalid_output,
                            .message = "price: wanted an amount in USD, got " + price->as_text()}
                    : price.error());
  result.metrics = spent;
}

} // namespace

step_end ended_as(step_result x) { return {std::make_shared<step_result>(std::move(x))}; }

expected<value> params_of(const plan::step& x, const start& order,
                          std::vector<std::string>& unfilled) {
  view here{*order.scope, order.input, nullptr, &unfilled};
  auto params = plan::resolve(x.params, here);
  if (!params || (!x.recheck && x.shells.empty()))
    return params;
  std::vector<value::member> all;
  params->each_member([&](const std::string& name, const value& param) {
    auto is_it = [&](auto& one) { return one.first == name; };
    auto wanted = std::find_if(x.coerced.begin(), x.coerced.end(), is_it);
    all.emplace_back(name, wanted == x.coerced.end() ? param : coerced(param, wanted->second));
  });
  for (auto& [name, shell] : x.shells) {
    auto filled = plan::resolve(shell, here);
    if (!filled)
      return filled;
    all.emplace_back(name, *filled);
  }
  auto whole = value::object(std::move(all));
  if (x.recheck)
    if (auto problem = x.recheck->problem_of(whole); !problem.empty())
      return failure(errc::invalid_input, "params" + problem);
  return whole;
}

step_end end_with(const activation& at, const start& order, const outcome& said,
                  const std::vector<std::string>& unfilled, bool is_stopping) {
  auto& bill = said.answer ? said.answer->metrics : said.failed_metrics;
  auto spent = metrics::from(bill);
  step_end end;
  auto& result = *end.result;
  if (said.answer && spent)
    at.head(result);
  else if (!said.answer && is_stopping)
    result = at.cancelled();
  else
    result = at.failed(said.answer ? spent.error() : said.answer.error());
  if (spent && !spent->empty())
    result.metrics = *spent;
  if (result.ok()) {
    result.output = said.answer->output;
    result.quality = said.answer->quality;
    result.action = said.answer->action;
    end.delta = said.answer->changes;
    if (!said.answer->metadata.is_null())
      value{said.answer->metadata}.each_member(
        [&](const std::string& key, const value& fact) { result.metadata[key] = fact; });
  }
  if (result.ok() && at.node.price)
    add_price(at, order, result);
  add_warnings(result, unfilled);
  end_node(at.node, nullptr, *order.scope, order.input, result, end.delta);
  end.undo = at.completed_with(result, *order.scope);
  return end;
}

bool is_inline(const plan::node& x, const run_services& services) {
  auto step = std::get_if<plan::step>(&x.body);
  return step && std::holds_alternative<inline_fn>(function_of(*step, services));
}

step_end run_inline(const activation& at, const start& order, const caf::actor& supervisor) {
  try {
    std::vector<std::string> unfilled;
    auto params = params_of(std::get<plan::step>(at.node.body), order, unfilled);
    if (!params)
      return ended_as(at.failed(params.error()));
    auto call = std::make_shared<troupe::call>(at.services, at.node, at.path, order, supervisor);
    auto said =
      run_user_code(std::get<inline_fn>(call->function()).run, call->input_for(std::move(*params)));
    call->end_stream();
    return end_with(at, order, said, unfilled);
  } catch (...) {
    return crashed(at);
  }
}

step_end crashed(const activation& at) {
  return ended_as(at.failed(crash_of(config::what_was_thrown())));
}

bool is_too_late(const activation& at) {
  auto& tenure = at.services->tenure;
  return tenure && tenure->is_over(at.clock.now());
}

} // namespace troupe
