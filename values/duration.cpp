// SPDX-License-Identifier: Apache-2.0
#include "troupe/duration.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace troupe {

namespace {

constexpr double longest = 10 * 365.25 * 24 * 3600; // seconds

struct unit {
  std::string_view name;
  double seconds;
};

constexpr std::array units{unit{"us", 1e-6}, unit{"ms", 1e-3}, unit{"s", 1},
                           unit{"m", 60},    unit{"h", 3600},  unit{"d", 86400}};

} // namespace

std::optional<duration> from_seconds(double seconds) {
  if (!(seconds >= 0) || seconds > longest)
    return {};
  return duration{static_cast<int64_t>(std::llround(seconds * 1e9))};
}

std::optional<duration> parse_duration(std::string_view text) {
  double number = 0;
  auto [rest, problem] =
    std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (problem != std::errc{})
    return {};
  auto name = text.substr(static_cast<size_t>(rest - text.data()));
  for (auto& x : units)
    if (x.name == name)
      return from_seconds(number * x.seconds);
  return {};
}

std::string to_string(duration x) {
  auto ms = to_ms(x);
  std::array<char, 48> out{};
  auto text = [&](const char* format, auto... numbers) {
    auto length = std::snprintf(out.data(), out.size(), format, numbers...);
    return std::string(out.data(), static_cast<size_t>(length));
  };
  if (ms < 999.5)
    return text("%.3gms", ms);
  if (ms < 59'950)
    return text("%.3gs", ms / 1000);
  auto seconds = std::llround(ms / 1000);
  if (seconds < 3600)
    return text("%lldm%llds", seconds / 60, seconds % 60);
  return text("%lldh%lldm", seconds / 3600, seconds % 3600 / 60);
}

} // namespace troupe
