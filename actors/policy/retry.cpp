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

namespace {

std::optional<duration> asked_delay(const error& why) {
  if (!why.details.is_object() || !why.details.contains("retry_after"))
    return {};
  auto& seconds = why.details["retry_after"];
  return seconds.is_number() ? from_seconds(seconds.get<double>()) : std::nullopt;
}

} // namespace

directive retry_policy::on_start(const given&) { return launch_one(0); }

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
  auto own = backoff(spec_, tries, random_);
  auto asked = asked_delay(why);
  // A service that says when to come back is believed.
  auto delay = std::max(own, asked.value_or(own));
  if (!leaves_time_for(delay, asked.has_value()))
    return finish{with_attempts(*x.result), {}, true};
  failed_.push_back({x.result, delay});
  elapsed_ += delay;
  return launch{.children = {{.child = 0, .number = failed_.size()}},
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
    last.error->cause = std::make_shared<const error>(*failed_.back().result->error);
  return last;
}

bool retry_policy::is_worth_it(const error& why) const {
  return spec_.on ? spec_.on->contains(why.code) : is_retryable(why);
}

/// To come back after the deadline is of no use; a pause of our own just ends there.
bool retry_policy::leaves_time_for(duration delay, bool is_asked_for) const {
  if (spec_.max_elapsed && elapsed_ + delay > *spec_.max_elapsed)
    return false;
  return !is_asked_for || !deadline_ || elapsed_ + delay <= *deadline_;
}

step_result retry_policy::with_attempts(step_result last) const {
  last.attempts = static_cast<int>(failed_.size()) + 1;
  if (failed_.empty())
    return last;
  auto story = nlohmann::json::array();
  for (auto& [x, pause] : failed_)
    story.push_back({{"error", *x->error},
                     {"started_at", to_iso8601(x->started_at)},
                     {"duration_ms", to_ms(x->duration)},
                     {"pause_ms", to_ms(pause)},
                     {"metrics", x->metrics.json()}});
  last.metadata["failed_attempts"] = value{std::move(story)};
  return last;
}

} // namespace troupe
