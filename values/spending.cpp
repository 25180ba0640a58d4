// SPDX-License-Identifier: Apache-2.0
#include "troupe/spending.hpp"

#include <limits>

namespace troupe {

spending spending::of(const metrics& x) {
  auto parts = x.count("/tokens/prompt") + x.count("/tokens/completion");
  auto total = x.count("/tokens/total");
  return {.cost = x.count("/cost_usd"), .tokens = x.count("/tokens") + (total > 0 ? total : parts)};
}

namespace {

constexpr auto most = std::numeric_limits<int64_t>::max();
constexpr auto least = std::numeric_limits<int64_t>::min();

/// What is beyond all bounds stays there.
int64_t sum(int64_t x, int64_t y) {
  int64_t exact = 0;
  return __builtin_add_overflow(x, y, &exact) ? (x > 0 ? most : least) : exact;
}

int64_t difference(int64_t x, int64_t y) {
  int64_t exact = 0;
  return __builtin_sub_overflow(x, y, &exact) ? (x > 0 ? most : least) : exact;
}

} // namespace

spending& spending::operator+=(const spending& x) {
  cost = sum(cost, x.cost);
  tokens = sum(tokens, x.tokens);
  steps = sum(steps, x.steps);
  return *this;
}

spending& spending::operator-=(const spending& x) {
  cost = difference(cost, x.cost);
  tokens = difference(tokens, x.tokens);
  steps = difference(steps, x.steps);
  return *this;
}

} // namespace troupe
