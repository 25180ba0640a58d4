// SPDX-License-Identifier: Apache-2.0
#include "troupe/spending.hpp"

namespace troupe {

spending spending::of(const metrics& x) {
  auto parts = x.count("/tokens/prompt") + x.count("/tokens/completion");
  auto total = x.count("/tokens/total");
  return {.cost = x.count("/cost_usd"), .tokens = x.count("/tokens") + (total > 0 ? total : parts)};
}

spending& spending::operator+=(const spending& x) {
  cost += x.cost;
  tokens += x.tokens;
  steps += x.steps;
  return *this;
}

spending& spending::operator-=(const spending& x) {
  cost -= x.cost;
  tokens -= x.tokens;
  steps -= x.steps;
  return *this;
}

} // namespace troupe
