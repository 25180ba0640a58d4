// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"
#include "troupe/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::plan {

/// What `| upper` in a template does to its value.
struct filter {
  enum class kind : uint8_t { join, upper, lower, length, tojson };
  kind what = kind::upper;
  std::string separator = {}; ///< of join
};

/// `join`, `upper`, …
std::vector<std::string> filter_names();
std::optional<filter::kind> filter_from(std::string_view name);
/// As it is written behind `|`.
std::string to_string(const filter& x);

/// `upper` and `lower` change the letters a to z; `length` counts characters, items or members.
/// invalid_input for a value of a type that the filter does not take.
expected<value> apply(const filter& x, const value& to);

} // namespace troupe::plan
