// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/result_cache.hpp"

#include <chrono>
#include <list>
#include <mutex>
#include <unordered_map>

namespace troupe {

/// Keeps results in memory, and forgets those that were not used for longest when they become too
/// many.
class memory_cache final : public result_cache {
public:
  explicit memory_cache(size_t most_bytes) : most_bytes_{most_bytes} {}
  expected<std::optional<value>> find(const std::string& key) override;
  expected<void> keep(const std::string& key, const value& x, std::optional<duration> ttl) override;

private:
  using clock = std::chrono::steady_clock;
  struct entry {
    std::string key;
    value kept;
    std::optional<clock::time_point> expires_at;
    size_t bytes;
  };
  using place = std::list<entry>::iterator;
  void forget(place x);

  std::mutex mutex_;
  size_t most_bytes_;
  size_t bytes_ = 0;
  std::list<entry> entries_; // the latest used first
  std::unordered_map<std::string, place> places_;
};

} // namespace troupe
