// SPDX-License-Identifier: Apache-2.0
#include "troupe/metrics.hpp"

#include <cmath>

namespace troupe {

namespace {

constexpr auto cost_pointer = "/cost_usd";
constexpr double cost_units = 1e9; // units of 1e-9 USD
constexpr double most_cost = 1e9;
constexpr double beyond_integers = 9'223'372'036'854'775'808.0; // 2^63

} // namespace

expected<metrics> metrics::from(const nlohmann::json& x) {
  if (x.is_null())
    return metrics{};
  if (!x.is_object())
    return failure(errc::invalid_output,
                   "metrics: wanted an object of numbers, got " + std::string{x.type_name()});
  metrics result;
  auto flat = x.flatten();
  for (auto& [pointer, leaf] : flat.items()) {
    if (leaf.is_null() || (leaf.is_structured() && leaf.empty()))
      continue; // how flatten() writes an empty object
    auto amount = leaf.is_number() ? leaf.get<double>() : std::nan("");
    if (!std::isfinite(amount))
      return failure(errc::invalid_output, "metrics" + pointer + ": wanted a number, got " +
                                             leaf.dump() + "; facts belong in metadata");
    if (pointer == cost_pointer && std::abs(amount) > most_cost)
      return failure(errc::invalid_output, "metrics" + pointer + ": more than 1e9 USD");
    if (pointer == cost_pointer)
      result.counters_[pointer] = static_cast<int64_t>(std::llround(amount * cost_units));
    else if (leaf.is_number_integer() && amount < beyond_integers)
      result.counters_[pointer] = leaf.get<int64_t>();
    else
      result.counters_[pointer] = amount;
  }
  return result;
}

metrics& metrics::operator+=(const metrics& x) {
  for (auto& [pointer, amount] : x.counters_) {
    auto [at, is_new] = counters_.emplace(pointer, amount);
    if (is_new)
      continue;
    auto sum = [](auto a, auto b) -> number {
      int64_t exact = 0;
      if constexpr (std::is_same_v<decltype(a), int64_t> && std::is_same_v<decltype(b), int64_t>)
        if (!__builtin_add_overflow(a, b, &exact))
          return exact;
      return static_cast<double>(a) + static_cast<double>(b);
    };
    at->second = std::visit(sum, at->second, amount);
  }
  return *this;
}

int64_t metrics::count(std::string_view pointer) const {
  auto found = counters_.find(pointer);
  if (found == counters_.end())
    return 0;
  auto whole = [](auto x) { return static_cast<int64_t>(std::llround(x)); };
  return std::visit(whole, found->second);
}

nlohmann::json metrics::json() const {
  if (counters_.empty())
    return nlohmann::json::object();
  auto flat = nlohmann::json::object();
  for (auto& [pointer, amount] : counters_) {
    if (pointer == cost_pointer)
      flat[pointer] = static_cast<double>(count(pointer)) / cost_units;
    else
      std::visit([&to = flat[pointer]](auto x) { to = x; }, amount);
  }
  return flat.unflatten();
}

} // namespace troupe
