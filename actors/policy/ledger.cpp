// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/ledger.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace troupe {

namespace {

constexpr double cost_units = 1e9;

std::string in_usd(int64_t cost) {
  return nlohmann::json(static_cast<double>(cost) / cost_units).dump() + " USD";
}

std::string in_words(const char* name, const std::string& amount, const std::string& bound) {
  return std::string{name} + ": " + amount + " of " + bound;
}

} // namespace

std::string beyond(const plan::budget& bounds, const spending& x) {
  if (bounds.cost && x.cost > *bounds.cost)
    return in_words("cost_usd", in_usd(x.cost), in_usd(*bounds.cost));
  if (bounds.tokens && x.tokens > *bounds.tokens)
    return in_words("tokens", std::to_string(x.tokens), std::to_string(*bounds.tokens));
  if (bounds.steps && x.steps > *bounds.steps)
    return in_words("steps", std::to_string(x.steps), std::to_string(*bounds.steps));
  return {};
}

spending ledger::account::committed() const {
  return {std::max(expected.cost, metered.cost), std::max(expected.tokens, metered.tokens),
          std::max(expected.steps, metered.steps)};
}

void ledger::ask(ticket x, spending expected, bool is_free) {
  expected.steps = 1;
  waiting_.push_back({x, expected, is_free});
}

void ledger::meter(ticket x, const spending& in_total) {
  auto found = running_.find(x);
  if (found == running_.end())
    return;
  auto& account = found->second;
  if (account.is_free)
    return;
  committed_ -= account.committed();
  metered_ -= account.metered;
  account.metered.cost = in_total.cost;
  account.metered.tokens = in_total.tokens;
  committed_ += account.committed();
  metered_ += account.metered;
}

void ledger::settle(ticket x, const spending& cost, bool has_started) {
  auto account = running_.extract(x);
  if (account.empty()) {
    std::erase_if(waiting_, [&](auto& one) { return one.who == x; });
    return;
  }
  if (account.mapped().is_free)
    return;
  committed_ -= account.mapped().committed();
  metered_ -= account.mapped().metered;
  settled_ += cost;
  settled_.steps += has_started ? 1 : 0;
}

std::vector<ledger::ticket> ledger::grant() {
  std::vector<ticket> all;
  auto let_in = [&](const request& x) {
    account account{x.expected, {.steps = 1}, x.is_free};
    if (!x.is_free) {
      committed_ += account.committed();
      metered_ += account.metered;
    }
    running_.emplace(x.who, account);
    all.push_back(x.who);
  };
  std::erase_if(waiting_, [&](auto& x) {
    if (x.is_free)
      let_in(x);
    return x.is_free;
  });
  while (!waiting_.empty() && trouble().empty()) {
    auto& next = waiting_.front();
    auto problem = beyond(spec_, settled_ + committed_ + next.expected);
    if (problem.empty()) {
      let_in(next);
      waiting_.pop_front();
      continue;
    }
    if (running_.empty())
      trouble_ = problem + " would have been spent";
    break;
  }
  return all;
}

std::string ledger::trouble() {
  if (trouble_.empty())
    if (auto problem = beyond(spec_, settled_ + metered_); !problem.empty())
      trouble_ = problem + " spent";
  return trouble_;
}

double ledger::share_spent() const {
  auto used = settled_ + metered_;
  auto share = [](int64_t amount, const std::optional<int64_t>& bound) {
    return bound && *bound > 0 ? static_cast<double>(amount) / static_cast<double>(*bound) : 0;
  };
  return std::max({share(used.cost, spec_.cost), share(used.tokens, spec_.tokens),
                   share(used.steps, spec_.steps)});
}

bool ledger::is_waiting(ticket x) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](auto& one) { return one.who == x; });
}

} // namespace troupe
