// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::config {

namespace {

constexpr int64_t most = 1'000'000'000;
constexpr int64_t most_tokens = most * 1'000'000;
constexpr double cost_units = 1e9; // units of 1e-9 USD
constexpr double most_cost = 1e9;  // so that sums fit into 64 bits

/// `60/min` as permits a second.
std::optional<double> read_rate(const reader& in) {
  static const std::map<std::string, double, std::less<>> units{
    {"s", 1},       {"sec", 1},  {"second", 1},  {"m", 60},    {"min", 60},
    {"minute", 60}, {"h", 3600}, {"hour", 3600}, {"d", 86400}, {"day", 86400}};
  auto refuse = [&] {
    in.error({"invalid_value",
              "wanted a rate such as \"60/min\" or \"5/s\", got " + described(in.json())});
    return std::nullopt;
  };
  if (!in.json().is_string())
    return refuse();
  auto text = in.json().get<std::string>();
  auto slash = text.find('/');
  char* end = nullptr;
  auto count = std::strtod(text.c_str(), &end);
  auto unit = slash == text.npos ? units.end() : units.find(text.substr(slash + 1));
  if (unit == units.end() || end != text.c_str() + slash || !(count > 0) || !std::isfinite(count))
    return refuse();
  return count / unit->second;
}

std::optional<int64_t> read_cost(const reader& in, const char* key) {
  if (!in.has(key))
    return {};
  auto amount = in.member(key).as_number(0);
  if (amount && *amount > most_cost) {
    in.member(key).error({"invalid_value", "wanted at most 1000000000 USD"});
    return {};
  }
  return amount ? std::optional{std::llround(*amount * cost_units)} : std::nullopt;
}

} // namespace

void native_reader::read_limits(const reader& in) {
  if (!in.has("limits") || !in.member("limits").wants_object("an object of limits"))
    return;
  for (auto& [name, spec] : in.member("limits").members()) {
    if (!spec.wants_object("a limit: an object with `rate`, `burst`, `concurrency`"))
      continue;
    spec.check_keys({"rate", "burst", "concurrency"}, "a limit");
    troupe::limit x;
    if (spec.has("rate"))
      x.rate = read_rate(spec.member("rate"));
    x.burst = static_cast<double>(spec.integer("burst", 1, most).value_or(1));
    x.concurrency = static_cast<size_t>(spec.integer("concurrency", 1, most).value_or(0));
    if (!spec.has("rate") && !spec.has("concurrency"))
      spec.error({"missing_key", "a limit needs a `rate` or a `concurrency`"});
    if (spec.has("burst") && !spec.has("rate"))
      spec.member("burst").error_at_key({"missing_key", "`burst` needs a `rate`"});
    auto [known, is_new] = all_.flow->limits.emplace(name, x);
    if (!is_new && known->second != x)
      spec.error({"conflicting_limits",
                  "the limit \"" + name + "\" is another one in a flow that calls this"});
    settings_->limits.push_back(name);
  }
}

plan::budget native_reader::read_budget(const reader& in) {
  plan::budget x;
  if (!in.wants_object("an object with `cost_usd`, `tokens`, `steps`, `duration`"))
    return x;
  in.check_keys({"cost_usd", "tokens", "steps", "duration"}, "a budget");
  x.cost = read_cost(in, "cost_usd");
  x.tokens = in.integer("tokens", 0, most_tokens);
  x.steps = in.integer("steps", 0, most_tokens);
  x.duration = in.time("duration");
  if (in.json().empty())
    in.error({"missing_key", "a budget needs `cost_usd`, `tokens`, `steps` or `duration`"});
  return x;
}

/// What is for steps alone: permits, and what they will probably spend.
void native_reader::read_spending(const reader& in, plan::node& x) {
  auto is_step = in.has("type");
  for (auto key : {"limit", "expects"})
    if (in.has(key) && !is_step)
      in.member(key).error_at_key({"conflicting_keys",
                                   std::string{"`"} + key + "` is for steps, not for groups",
                                   "write it on the steps inside"});
  auto add = [&](const reader& at) {
    auto name = at.as_text();
    if (!name)
      return;
    if (!is_one_of(settings_->limits, *name) && !kinds_.limits().contains(*name))
      at.error({"unknown_limit", "there is no limit \"" + *name + "\"",
                did_you_mean(*name, settings_->limits)});
    x.limits.push_back(*name);
  };
  if (in.has("limit")) {
    auto limit = in.member("limit");
    if (limit.json().is_array())
      for (auto& one : limit.items())
        add(one);
    else
      add(limit);
    std::sort(x.limits.begin(), x.limits.end());
    x.limits.erase(std::unique(x.limits.begin(), x.limits.end()), x.limits.end());
  }
  if (!in.has("expects") ||
      !in.member("expects").wants_object("an object with `cost_usd`, `tokens`"))
    return;
  auto expects = in.member("expects");
  expects.check_keys({"cost_usd", "tokens"}, "`expects`");
  x.expects = plan::estimate{read_cost(expects, "cost_usd").value_or(0),
                             expects.integer("tokens", 0, most).value_or(0)};
}

} // namespace troupe::config
