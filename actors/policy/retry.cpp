// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/retry.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

duration backoff(const plan::retry& spec, int n, std::mt19937_64& random) {
  auto wanted = static_cast<double>(spec.initial.count()) * std::pow(spec.factor, n - 1);
  auto bound = std::min(wanted, static_cast<double>(spec.max.count())); // inf is above any max
  auto share = spec.jitter ? std::uniform_real_distribution<>{0, 1}(random) : 1;
  return duration{static_cast<int64_t>(bound * share)};
}

directive retry_policy::on_start(const value&) { return launch{{0}}; }

directive retry_policy::on_settled(const settled& x) {
  elapsed_ += x.result->duration;
  if (x.result->ok())
    return finish{with_attempts(*x.result), {x.delta}, true};
  if (late_)
    return finish{with_attempts(out_of_time(*x.result)), {}, true};
  auto& why = *x.result->error;
  auto tries = static_cast<int>(failed_.size()) + 1;
  if (tries >= spec_.attempts || !is_worth_it(why))
    return finish{with_attempts(*x.result), {}, true};
  auto delay = delay_after(why);
  if (spec_.max_elapsed && elapsed_ + delay > *spec_.max_elapsed)
    return finish{with_attempts(*x.result), {}, true};
  failed_.push_back(x.result);
  elapsed_ += delay;
  return launch{.children = {0},
                .after = delay,
                .tell =
                  std::pair{event_type::step_retrying, nlohmann::json{{"attempt", tries + 1},
                                                                      {"after_ms", to_ms(delay)},
                                                                      {"error", why}}}};
}

/// The try that runs is the last, however it ends.
directive retry_policy::on_timeout(error why) {
  late_ = std::move(why);
  return cancel_rest{};
}

step_result retry_policy::out_of_time(step_result last) const {
  last.status = status::failed;
  last.error = late_;
  if (!failed_.empty())
    last.error->cause = std::make_shared<const error>(*failed_.back()->error);
  return last;
}

bool retry_policy::is_worth_it(const error& why) const {
  return spec_.on ? spec_.on->contains(why.code) : is_retryable(why);
}

/// A service that says when to come back is believed.
duration retry_policy::delay_after(const error& why) {
  auto own = backoff(spec_, static_cast<int>(failed_.size()) + 1, random_);
  if (!why.details.is_object() || !why.details.contains("retry_after"))
    return own;
  auto& asked = why.details["retry_after"];
  auto seconds = asked.is_number() ? from_seconds(asked.get<double>()) : std::nullopt;
  return std::max(own, seconds.value_or(own));
}

step_result retry_policy::with_attempts(step_result last) const {
  last.attempts = static_cast<int>(failed_.size()) + 1;
  if (failed_.empty())
    return last;
  auto story = nlohmann::json::array();
  for (auto& x : failed_)
    story.push_back(
      {{"error", *x->error}, {"duration_ms", to_ms(x->duration)}, {"metrics", x->metrics.json()}});
  last.metadata["failed_attempts"] = value{std::move(story)};
  return last;
}

} // namespace troupe
