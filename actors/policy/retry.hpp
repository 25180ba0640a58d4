// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"
#include "config/plan.hpp"

#include <optional>
#include <random>

namespace troupe {

/// Delay before retry `n` (1 = the first), full jitter: uniform in [0, min(max, initial *
/// factor^(n-1))]; without jitter the upper bound. Never above `spec.max`. Deterministic for one
/// state of `random`. Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog,
/// 2015.
duration backoff(const plan::retry& spec, int n, std::mt19937_64& random);

/// Runs the one child again until it succeeds or has been tried often enough. Each try starts from
/// the same input and context.
class retry_policy final : public policy {
public:
  /// `deadline`: of all tries; past it there is no use in waiting as long as a service asks for.
  retry_policy(plan::retry spec, uint64_t seed, std::optional<duration> deadline = {})
    : spec_{std::move(spec)}, random_{seed}, deadline_{deadline} {}
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;
  directive on_timeout(error why) override;

private:
  bool is_worth_it(const error& why) const;
  bool leaves_time_for(duration delay, bool is_asked_for) const;
  step_result with_attempts(step_result last) const;
  step_result out_of_time(step_result last) const;

  plan::retry spec_;
  std::mt19937_64 random_;
  std::optional<duration> deadline_;
  duration elapsed_{0};
  std::optional<error> late_; // that there is no time left
  struct failed_try {
    std::shared_ptr<const step_result> result;
    duration pause; // behind it
  };
  std::vector<failed_try> failed_;
};

} // namespace troupe
