// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/value.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe::wire {

/// The number by which an item names one of its values.
using value_number = uint64_t;

/// The values of one item on its way out: each is written once, however often it stands there, and
/// values that share parts go on sharing them.
class packed_values {
public:
  /// Asked for each larger piece of plain JSON: the number under which the other side has it
  /// already; nothing: it has to be written here.
  using elsewhere_fn =
    std::function<std::optional<uint64_t>(const value&, const std::string& cbor)>;

  explicit packed_values(elsewhere_fn known = {}) : known_elsewhere_{std::move(known)} {}

  value_number add(const value& x);
  const std::vector<std::string>& entries() const { return entries_; }
  /// Bytes of all of them.
  size_t size() const { return size_; }

private:
  std::string entry_of(const value& x);

  elsewhere_fn known_elsewhere_;
  std::unordered_map<const void*, value_number> known_; // by identity
  std::vector<value> kept_;                             // so that identities stay what they are
  std::vector<std::string> entries_;
  size_t size_ = 0;
};

/// The same on its way in.
class unpacked_values {
public:
  using known_fn = std::function<std::optional<value>(uint64_t)>;

  /// Nothing if an entry is not what it should be.
  static std::optional<unpacked_values> from(const std::vector<std::string_view>& entries,
                                             const known_fn& known = {});

  /// Null for a number that is none.
  value at(const nlohmann::json& number) const;

private:
  std::vector<value> all_;
};

} // namespace troupe::wire
