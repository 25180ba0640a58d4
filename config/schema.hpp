// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"
#include "troupe/value.hpp"

#include <memory>
#include <string>
#include <vector>

namespace troupe::config {

/// What a schema finds wrong with a value, and where in it.
struct violation {
  std::string pointer; ///< JSON pointer into the value
  std::string message;
};

/// A compiled JSON Schema (draft 7). Any thread may check with it. A text that is to be matched
/// with a `pattern` may have 16 KiB: the standard library's regular expressions recurse for each
/// byte.
class schema {
public:
  /// invalid_input if the schema itself is wrong, a `pattern` that is no regular expression
  /// included.
  static expected<std::shared_ptr<const schema>> compile(const nlohmann::json& text);

  /// The deepest problems only; empty if the value fits.
  std::vector<violation> check(const nlohmann::json& x) const;
  /// As one sentence; empty if the value fits. Members of which the schema says nothing are not
  /// looked at, so they may be large.
  std::string problem_of(const value& x) const;

  struct compiled;
  explicit schema(std::unique_ptr<compiled> x);
  ~schema();

private:
  std::unique_ptr<compiled> compiled_;
};

} // namespace troupe::config
