// SPDX-License-Identifier: Apache-2.0
#include "observe/time_axis.hpp"

#include <algorithm>
#include <cstdint>

namespace troupe::observe {

namespace {

using std::chrono::days, std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

/// The shortest round time that fits into `whole` at most so often.
duration step_for(duration whole, size_t most) {
  auto fits = [&](duration step) {
    return step.count() * static_cast<int64_t>(most) >= whole.count();
  };
  for (duration decade{1}; decade < seconds{10}; decade *= 10)
    for (auto times : {1, 2, 5})
      if (fits(decade * times))
        return decade * times;
  for (duration step :
       {duration{seconds{10}}, duration{seconds{15}}, duration{seconds{30}}, duration{minutes{1}},
        duration{minutes{2}}, duration{minutes{5}}, duration{minutes{10}}, duration{minutes{15}},
        duration{minutes{30}}, duration{hours{1}}, duration{hours{2}}, duration{hours{6}},
        duration{hours{12}}})
    if (fits(step))
      return step;
  auto step = duration{days{1}};
  while (!fits(step))
    step *= 2;
  return step;
}

/// What is not 0 of `1h 30m 0s`; below a minute as durations are written everywhere.
std::string label_of(duration x) {
  if (x.count() == 0)
    return "0";
  if (x < minutes{1})
    return to_string(x);
  std::string text;
  auto add = [&](duration unit, const char* name) {
    if (auto count = x / unit; count > 0)
      text += std::to_string(count) + name;
    x %= unit;
  };
  add(days{1}, "d");
  add(hours{1}, "h");
  add(minutes{1}, "m");
  add(seconds{1}, "s");
  return text;
}

} // namespace

std::vector<tick> ticks_for(duration whole, size_t most) {
  auto step = step_for(std::max(whole, duration{1}), most);
  std::vector<tick> all;
  for (duration at{0}; at <= whole; at += step)
    all.push_back({at, label_of(at)});
  return all;
}

} // namespace troupe::observe
