// SPDX-License-Identifier: Apache-2.0
#include "actors/call.hpp"

#include "config/scope.hpp"
#include "config/thrown.hpp"
#include "messages/gate_protocol.hpp"
#include "messages/run_protocol.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace troupe {

const step_function& function_of(const plan::step& x, const run_services& services) {
  auto& stage = services.stage;
  return stage && !x.is_helper ? stage->function_for(*x.kind) : x.kind->run;
}

call::call(shared_services services, const plan::node& node, std::string path, const start& order,
           caf::actor supervisor)
  : services_{std::move(services)}, node_{node}, function_{function_of(
                                                   std::get<plan::step>(node.body), *services_)},
    path_{std::move(path)}, order_{order}, supervisor_{caf::actor_cast<caf::actor_addr>(
                                             supervisor)},
    stop_{std::holds_alternative<inline_fn>(function_) ? std::stop_source{std::nostopstate}
                                                       // nothing can stop it while it runs
                                                       : std::stop_source{}} {}

step_input call::input_for(value params) {
  return {std::move(params), order_.input, order_.scope->context, stop_.get_token(),
          shared_from_this()};
}

void call::prepare(caf::actor step, value params) {
  step_ = std::move(step);
  params_ = std::move(params);
}

void call::run() noexcept {
  if (move(phase::waiting, phase::running)) {
    auto answer = run_user_code(std::get<plain_fn>(function_), input_for(std::move(params_)));
    returned(step_, std::make_shared<const outcome>(std::move(answer)));
  }
  step_ = nullptr;
}

void call::refuse(const error& why) {
  begin();
  returned(step_, std::make_shared<const outcome>(outcome{unexpected<error>{why}}));
  step_ = nullptr;
}

bool call::is_heard() const {
  return !services_->stage || services_->stage->thread == std::this_thread::get_id();
}

void call::report(event_type type, nlohmann::json data) const {
  if (!services_->has_listeners || !is_heard())
    return;
  if (auto& secrets = services_->secrets; secrets && type == event_type::step_output) {
    std::lock_guard guard{stream_mutex_};
    data = {{"text", stream_.add(*secrets, data.value("text", ""))}};
    if (data["text"] == "")
      return;
  } else if (secrets) {
    data = secrets->clean(std::move(data));
  }
  caf::anon_send(services_->run, note{type, path_, std::move(data)});
}

void call::end_stream() const {
  if (!services_->has_listeners || !services_->secrets)
    return;
  std::lock_guard guard{stream_mutex_};
  if (auto rest = stream_.flush(*services_->secrets); !rest.empty())
    caf::anon_send(services_->run, note{event_type::step_output, path_, {{"text", rest}}});
}

expected<value> call::evaluate(const std::string& name, const value& input) const {
  auto& programs = std::get<plan::step>(node_.body).programs;
  auto found =
    std::find_if(programs.begin(), programs.end(), [&](auto& x) { return x.first == name; });
  if (found == programs.end())
    return failure(errc::expression_failed, "the step has no program `" + name + "`");
  auto values = services_->flow->programs->evaluate(
    found->second.program, input, plan::variables_of(found->second, {*order_.scope, order_.input}),
    stop_.get_token());
  return values.map(config::as_one_value);
}

std::optional<park> call::leave() {
  inside_ = std::thread::id{};
  return std::exchange(answered_at_once_, {});
}

void call::returned(const caf::actor& step, std::shared_ptr<const outcome> x, duration after) {
  end_stream();
  if (move(phase::running, phase::returned)) {
    if (inside_ == std::this_thread::get_id())
      answered_at_once_ = park{order_.attempt, after, std::move(x)};
    else if (after.count() > 0)
      caf::anon_send(step, park{order_.attempt, after, std::move(x)});
    else
      caf::anon_send(step, worked{order_.attempt, std::move(x)});
    return;
  }
  auto& bill = x->answer ? x->answer->metrics : x->failed_metrics;
  auto cost = metrics::from(bill).value_or(metrics{});
  caf::anon_send(services_->run, late{path_, cost});
  for (auto& budget : services_->all_budgets) // behind the run, which may end by it
    caf::anon_send(budget, spent{0, spending::of(cost)});
}

/// The budget knows the attempt as its supervisor's.
void call::spend(const nlohmann::json& in_total) const {
  auto amount = metrics::from(in_total);
  auto supervisor = caf::actor_cast<caf::actor>(supervisor_);
  if (amount && supervisor && services_->budget && is_heard())
    caf::send_as(supervisor, services_->budget, spent{order_.attempt, spending::of(*amount)});
}

namespace {

outcome failed_outcome(errc code, std::string message) {
  return {unexpected<error>{error{.code = code, .message = std::move(message)}}};
}

/// For use inside of `catch (...)`.
outcome outcome_of_exception() {
  try {
    throw;
  } catch (const step_error& why) {
    auto failed = failed_outcome(why.code, why.what());
    failed.answer.error().retryable = why.retryable;
    failed.answer.error().details = why.details;
    failed.failed_metrics = why.metrics;
    return failed;
  } catch (...) {
    return failed_outcome(errc::step_failed, config::what_was_thrown());
  }
}

} // namespace

outcome run_user_code(const plain_fn& fn, const step_input& input) {
  try {
    return {fn(input)};
  } catch (...) {
    return outcome_of_exception();
  }
}

std::optional<outcome> start_user_code(const async_fn& fn, const step_input& input,
                                       promise answer) {
  try {
    fn(input, std::move(answer));
    return {};
  } catch (...) {
    return outcome_of_exception();
  }
}

} // namespace troupe
