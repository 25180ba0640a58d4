// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/permits.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

namespace {

constexpr double ns_per_s = 1e9;
constexpr double almost_one = 1 - 1e-9; // time comes in whole nanoseconds

} // namespace

void permits::give_back(ticket x) {
  if (held_.erase(x) == 0)
    std::erase(waiting_, x);
}

void permits::fill(duration now) {
  if (!spec_.rate)
    return;
  auto passed = static_cast<double>((now - filled_at_).count()) / ns_per_s;
  tokens_ = std::min(spec_.burst, tokens_ + passed * *spec_.rate);
  filled_at_ = now;
}

std::vector<permits::ticket> permits::grant(duration now) {
  fill(now);
  std::vector<ticket> all;
  while (!waiting_.empty() && has_place() && (!spec_.rate || tokens_ >= almost_one)) {
    tokens_ -= spec_.rate ? 1 : 0;
    held_.insert(waiting_.front());
    all.push_back(waiting_.front());
    waiting_.pop_front();
  }
  return all;
}

std::optional<duration> permits::next_after(duration now) const {
  if (!spec_.rate || waiting_.empty() || !has_place())
    return {};
  auto missing = std::max(0.0, 1 - tokens_) / *spec_.rate * ns_per_s;
  auto since = now - filled_at_;
  return std::max(duration{1}, duration{static_cast<int64_t>(std::ceil(missing))} - since);
}

duration permits::until_full(duration now) const {
  if (!spec_.rate)
    return duration{0};
  auto missing = std::max(0.0, spec_.burst - tokens_) / *spec_.rate * ns_per_s;
  auto all = duration{static_cast<int64_t>(std::ceil(missing))};
  return std::max(duration{0}, all - (now - filled_at_));
}

} // namespace troupe
