// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/detail/persistent_map.hpp"
#include "troupe/export.hpp"
#include "troupe/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// What a step wants changed in the context: a value sets the key, nothing erases it. A key that is
/// not named stays as it was.
using changes = std::map<std::string, std::optional<value>, std::less<>>;

/// `later` after `earlier`: where both name a key, `later` counts.
TROUPE_EXPORT changes composed(changes earlier, const changes& later);

/// Immutable map of key to value that flows along with a run. Copying is O(1), setting O(log n);
/// copies share what they have in common.
class TROUPE_EXPORT context {
public:
  /// The key's value; nothing if it is not set.
  std::optional<value> find(std::string_view key) const;
  bool empty() const { return map_.empty(); }
  size_t size() const { return map_.size(); }
  /// With that key set.
  [[nodiscard]] context set(std::string key, value x) const;
  /// Without that key.
  [[nodiscard]] context erase(const std::string& key) const;
  /// With all of these changes.
  [[nodiscard]] context with(const changes& delta) const;
  /// As one object, sharing the values; keys in ascending order.
  value as_value() const;

private:
  detail::persistent_map<std::string, value> map_;
};

} // namespace troupe
