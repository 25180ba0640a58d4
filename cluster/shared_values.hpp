// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/value.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

namespace troupe {

/// Larger values that a worker has by now, so that branches which share them name them by number.
/// The ones that were not named for longest are forgotten when there are too many.
class shared_values {
public:
  /// Its number, if the worker has it.
  std::optional<uint64_t> find(const value& x);
  /// A new one, of that many bytes.
  uint64_t add(const value& x, size_t size);
  /// The numbers of those that the worker need not keep any longer.
  std::vector<uint64_t> take_forgotten();

  static constexpr size_t most_bytes = size_t{64} << 20;

private:
  struct entry {
    uint64_t number;
    value kept; // so that its identity stays what it is
    size_t size;
  };

  std::list<entry> by_age_; // the latest first
  std::unordered_map<const void*, std::list<entry>::iterator> by_identity_;
  std::vector<uint64_t> forgotten_;
  uint64_t last_ = 0;
  size_t size_ = 0;
};

} // namespace troupe
