// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"
#include "troupe/export.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace troupe {

/// What a node has cost: counters that add up from the leaves to the run. `cost_usd` is kept in
/// units of 1e-9 USD and every other integer as an integer, so that sums are exact.
class TROUPE_EXPORT metrics {
public:
  metrics() = default;

  /// From an object of numbers, nested objects allowed (`{"tokens": {"prompt": 9}}`), or null.
  /// Anything else is `invalid_output`: facts belong in metadata.
  static expected<metrics> from(const nlohmann::json& x);

  bool empty() const { return counters_.empty(); }
  metrics& operator+=(const metrics& x);
  /// The counter at that JSON pointer (`/tokens/total`), rounded to an integer; of `/cost_usd` in
  /// units of 1e-9 USD. 0 if there is none.
  int64_t count(std::string_view pointer) const;
  nlohmann::json json() const; ///< an object, nested as it was given

  friend bool operator==(const metrics&, const metrics&) = default;

private:
  using number = std::variant<int64_t, double>;
  std::map<std::string, number, std::less<>> counters_; // by JSON pointer
};

} // namespace troupe
