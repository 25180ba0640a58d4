// SPDX-License-Identifier: Apache-2.0
#include "actors/promise.hpp"

namespace troupe {

namespace {

outcome failed_with(const step_error& why) {
  error x{
    .code = why.code, .message = why.what(), .retryable = why.retryable, .details = why.details};
  return {unexpected<error>{std::move(x)}, why.metrics};
}

} // namespace

promise::channel::~channel() {
  if (!answered)
    answer(failed_with({errc::step_failed, "the step's promise went without an answer"}));
}

void promise::channel::answer(outcome x, duration after) {
  if (!call->is_heard() || answered.exchange(true))
    return;
  call->returned(step, std::make_shared<const outcome>(std::move(x)), after);
  step = nullptr;
}

void promise::succeed(step_output output) const { channel_->answer({std::move(output)}); }

void promise::fail(const step_error& why) const { channel_->answer(failed_with(why)); }

void promise::succeed_after(duration delay, step_output output) const {
  channel_->answer({std::move(output)}, delay);
}

} // namespace troupe
