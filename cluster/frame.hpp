// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/packed_values.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::wire {

/// The newest protocol that this troupe speaks, and the oldest.
constexpr int newest_protocol = 1;
constexpr int oldest_protocol = 1;

/// One thing that is said: a list whose first member names it, and the values that it mentions.
struct item {
  nlohmann::json head;
  std::vector<std::string_view> values; ///< entries, within the envelope
};

/// The item as bytes: what it says, then its values, each behind its length (4 bytes, the highest
/// first). An envelope is any number of items.
std::string bytes_of(const nlohmann::json& head, const packed_values& values = packed_values{});

/// How deep a head may be nested: a result is a tree of at most 256 levels, each of which is two.
constexpr size_t deepest_head = 520;

/// Whether the other side would refuse the head, and with it the whole envelope.
bool is_too_deep(const nlohmann::json& head);

/// The items of an envelope, which must outlive them; nothing if the bytes are no items.
std::optional<std::vector<item>> items_of(std::string_view envelope);

} // namespace troupe::wire
