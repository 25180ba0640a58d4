// SPDX-License-Identifier: Apache-2.0
#include "store/memory_cache.hpp"

namespace troupe {

expected<std::optional<value>> memory_cache::find(const std::string& key) {
  std::lock_guard guard{mutex_};
  auto known = places_.find(key);
  if (known == places_.end())
    return std::optional<value>{};
  auto at = known->second;
  if (at->expires_at && *at->expires_at <= clock::now()) {
    forget(at);
    return std::optional<value>{};
  }
  entries_.splice(entries_.begin(), entries_, at);
  return std::optional{at->kept};
}

expected<void> memory_cache::keep(const std::string& key, const value& x,
                                  std::optional<duration> ttl) {
  std::lock_guard guard{mutex_};
  if (auto known = places_.find(key); known != places_.end())
    forget(known->second);
  auto bytes = key.size() + x.weight();
  if (bytes > most_bytes_)
    return {};
  auto expires_at = ttl ? std::optional{clock::now() + *ttl} : std::nullopt;
  entries_.push_front({key, x, expires_at, bytes});
  places_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > most_bytes_)
    forget(std::prev(entries_.end()));
  return {};
}

void memory_cache::forget(place x) {
  bytes_ -= x->bytes;
  places_.erase(x->key);
  entries_.erase(x);
}

} // namespace troupe
