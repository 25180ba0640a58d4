// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"
#include "troupe/expected.hpp"
#include "troupe/value.hpp"

#include <optional>
#include <string>

namespace troupe {

/// Keeps results of nodes for later runs. Any thread may use it; calls may block.
class result_cache {
public:
  virtual ~result_cache() = default;
  /// What was kept under that key and has not expired.
  virtual expected<std::optional<value>> find(const std::string& key) = 0;
  /// `ttl`: how long it is good; nothing: for ever.
  virtual expected<void> keep(const std::string& key, const value& x,
                              std::optional<duration> ttl) = 0;
};

} // namespace troupe
