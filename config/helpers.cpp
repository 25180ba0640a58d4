// SPDX-License-Identifier: Apache-2.0
#include "config/helpers.hpp"

namespace troupe::config {

namespace {

constexpr duration longest_evaluation = std::chrono::seconds{30};
constexpr auto program_param = "program";
constexpr auto value_param = "value";

using runner = decltype(step_kind::run);

std::shared_ptr<const step_kind> kind_of(const char* name, runner run) {
  return std::make_shared<const step_kind>(step_kind{.name = name, .run = std::move(run)});
}

plan::helper node_of(plan::step step, std::optional<duration> timeout = {}) {
  step.is_helper = true;
  auto type = step.kind->name;
  return std::make_shared<const plan::node>(
    plan::node{.id = type, .type = type, .body = std::move(step), .timeout = timeout});
}

plan::step without_params(std::shared_ptr<const step_kind> kind) {
  plan::step step{.kind = std::move(kind), .params = {}};
  step.params.content = value::object({});
  return step;
}

plan::step with_value(std::shared_ptr<const step_kind> kind, plan::value_template x) {
  plan::step step{.kind = std::move(kind), .params = {}};
  plan::value_template::object params;
  params.emplace_back(value_param, std::move(x));
  step.params.content = std::move(params);
  return step;
}

step_output evaluate(const step_input& in) {
  auto made = in.host->evaluate(program_param, in.input);
  if (!made)
    throw step_error{made.error().code, made.error().message, made.error().retryable};
  return *made;
}

} // namespace

plan::helper evaluating(plan::expression program) {
  static const auto kind = kind_of("expression", evaluate);
  auto step = without_params(kind);
  step.programs.emplace_back(program_param, std::move(program));
  return node_of(std::move(step), longest_evaluation);
}

plan::helper filling(plan::value_template x) {
  static const auto kind =
    kind_of("template",
            inline_fn{[](const step_input& in) -> step_output { return in.param(value_param); }});
  return node_of(with_value(kind, std::move(x)));
}

plan::helper running(std::shared_ptr<const step_kind> kind) {
  auto step = without_params(std::move(kind));
  step.is_host_function = true;
  return node_of(std::move(step));
}

plan::helper pausing(duration time) {
  auto pause = [time](const step_input& in, const promise& answer) {
    answer.succeed_after(time, in.input);
  };
  return node_of(with_value(kind_of("pause", pause), {}));
}

plan::helper giving_inputs(const plan::subflow& target, plan::value_template x) {
  auto check = [&target](const step_input& in) -> step_output {
    auto accepted = plan::accept_inputs(target, in.param(value_param));
    if (!accepted)
      throw step_error{accepted.error().code, accepted.error().message};
    return *accepted;
  };
  return node_of(with_value(kind_of("inputs", inline_fn{check}), std::move(x)));
}

} // namespace troupe::config
