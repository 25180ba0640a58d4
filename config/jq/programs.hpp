// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"
#include "troupe/value.hpp"

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace troupe::config {

/// One jq program of a flow, and the variables that it mentions.
struct jq_source {
  std::string text;
  std::vector<std::string> variables = {}; ///< without `$`
};

/// All jq programs of a flow, compiled as one: compiling costs 20 ms however small the program is.
/// Compiled copies are lent to one caller at a time and kept, so there are at most as many as there
/// ever were evaluations at once, and none if nothing is evaluated.
class jq_programs {
public:
  using variables = std::vector<std::pair<std::string, value>>;

  explicit jq_programs(std::vector<jq_source> sources);
  ~jq_programs();

  /// What program `number` gives for `input`, in order. May take long: call it on the blocking
  /// pool. A stop request ends it between two of jq's instructions (not inside of one, such as a
  /// regular expression): cancelled. expression_failed for an error that the program raises;
  /// payload_too_large for more than 1,000,000 values. Integers above 2^53 lose digits: jq computes
  /// with doubles.
  expected<std::vector<value>> evaluate(size_t number, const value& input, const variables& named,
                                        const std::stop_token& stop = {}) const;

private:
  struct compiled;
  expected<std::unique_ptr<compiled>> borrow() const;

  std::string text_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<compiled>> idle_;
};

/// Nothing if the program compiles, else what jq says of it. Takes about 20 ms.
std::string why_not_compiled(const jq_source& x);
/// The same for several at once: fast if all are right.
bool all_compile(const std::vector<jq_source>& all);

/// One value of several: none is null, several are a list.
value as_one_value(std::vector<value> all);
/// jq's truth: all but false and null. No value is false.
bool is_true(const std::vector<value>& all);
bool is_true(const value& x);

} // namespace troupe::config
