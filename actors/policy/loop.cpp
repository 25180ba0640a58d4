// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/loop.hpp"

namespace troupe {

directive loop_policy::on_start(const given& x) {
  latest_ = x.input;
  return next_round();
}

directive loop_policy::on_settled(const settled& x) {
  if (!x.result->ok())
    return give_up{*x.result->error};
  auto& output = x.result->output;
  switch (x.child) {
  case before:
    return config::is_true(output) ? make_input() : end();
  case carry:
    return run_body(output);
  case after:
    return config::is_true(output) ? end() : next_round();
  default:
    return end_of_body(x);
  }
}

directive loop_policy::next_round() {
  return spec_.before ? directive{start(before, latest_)} : make_input();
}

directive loop_policy::make_input() {
  return spec_.carry && rounds_ > 0 ? directive{start(carry, latest_)} : run_body(latest_);
}

directive loop_policy::run_body(value input) {
  auto limit = static_cast<size_t>(spec_.max_iterations);
  if (rounds_ < limit)
    return start(body, std::move(input));
  if (spec_.on_limit == plan::on_limit::stop)
    return end();
  return give_up{{.code = errc::loop_limit,
                  .message = "the loop had not ended after " + std::to_string(limit) +
                             (limit == 1 ? " iteration" : " iterations")},
                 latest_};
}

directive loop_policy::end_of_body(const settled& x) {
  latest_ = x.result->output;
  quality_ = x.result->quality;
  degraded_ = degraded_ || x.result->status == status::degraded;
  if (!x.delta.empty())
    delta_ = composed(std::move(delta_), x.delta);
  auto round = start(after, latest_); // the condition behind a round sees that round's number
  ++rounds_;
  return spec_.after ? directive{std::move(round)} : next_round();
}

directive loop_policy::end() {
  step_result result{.status = degraded_ ? status::degraded : status::succeeded, .output = latest_};
  result.quality = quality_;
  result.metadata["iterations"] = value{nlohmann::json(rounds_)};
  return finish{std::move(result), {std::move(delta_)}};
}

launch loop_policy::start(child_index child, value input) const {
  return {{{.child = child,
            .input = std::move(input),
            .number = rounds_,
            .names = {{spec_.index, value{nlohmann::json(rounds_)}}}}}};
}

} // namespace troupe
