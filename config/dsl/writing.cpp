// SPDX-License-Identifier: Apache-2.0
#include "config/dsl/writing.hpp"

#include <array>
#include <cstdio>

namespace troupe::dsl {

std::string text_of(duration x) {
  struct unit {
    const char* name;
    duration size;
  };
  using namespace std::chrono_literals;
  static constexpr std::array units{unit{"d", 24h}, unit{"h", 1h},   unit{"m", 1min},
                                    unit{"s", 1s},  unit{"ms", 1ms}, unit{"us", 1us}};
  for (auto& [name, size] : units)
    if (x.count() != 0 && x % size == 0ns)
      return std::to_string(x / size) + name;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.3fus", static_cast<double>(x.count()) / 1000);
  return x == 0ns ? "0s" : text.data();
}

written list_of(const std::vector<errc>& codes) {
  auto all = written::array();
  for (auto code : codes)
    all.push_back(to_string(code));
  return all;
}

written object_of(const retry_options& x) {
  written out{{"attempts", x.attempts}};
  auto add = [&](const char* key, const std::optional<duration>& time) {
    if (time)
      out[key] = text_of(*time);
  };
  add("initial", x.initial);
  if (x.factor)
    out["factor"] = *x.factor;
  add("max", x.max);
  if (!x.jitter.empty())
    out["jitter"] = x.jitter;
  if (!x.on.empty())
    out["on"] = list_of(x.on);
  add("max_elapsed", x.max_elapsed);
  return out;
}

written object_of(const budget_options& x) {
  auto out = written::object();
  if (x.cost_usd)
    out["cost_usd"] = *x.cost_usd;
  if (x.tokens)
    out["tokens"] = *x.tokens;
  if (x.steps)
    out["steps"] = *x.steps;
  if (x.duration)
    out["duration"] = text_of(*x.duration);
  return out;
}

piece single(const node& x) {
  auto out = x.content();
  if (out.content.is_array())
    out.content = {{"sequence", std::move(out.content)}};
  return out;
}

} // namespace troupe::dsl
