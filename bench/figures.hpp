// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <cstdio>
#include <optional>
#include <string>

namespace bench {

/// What a figure is held against; nothing beyond: there is no further aim.
struct goal {
  const char* kind; ///< at_most, at_least, times_raw
  double target;
  std::optional<double> beyond = {};
};

inline goal at_most(double x, std::optional<double> beyond = {}) { return {"at_most", x, beyond}; }
inline goal at_least(double x, std::optional<double> beyond = {}) {
  return {"at_least", x, beyond};
}
/// The figure itself is a multiple of its twin.
inline goal times_raw(double x, std::optional<double> beyond = {}) {
  return {"times_raw", x, beyond};
}

/// One row of the table.
struct figure {
  std::string what;
  double value;
  std::string unit;
  std::optional<double> twin = {}; ///< the same by hand in CAF, in the same unit
  std::optional<bench::goal> goal = {};
};

/// As one line of JSON, which bench_report makes a table of.
inline void tell(const figure& x) {
  nlohmann::json line{{"what", x.what}, {"value", x.value}, {"unit", x.unit}};
  if (x.twin)
    line["twin"] = *x.twin;
  if (x.goal)
    line["goal"] = {{"kind", x.goal->kind}, {"target", x.goal->target}};
  if (x.goal && x.goal->beyond)
    line["goal"]["beyond"] = *x.goal->beyond;
  std::puts(line.dump().c_str());
  std::fflush(stdout);
}

} // namespace bench
