// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/written_order.hpp"
#include "troupe/diagnostic.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <unordered_map>

namespace troupe::config {

/// A stretch of a document's text, in bytes.
struct span {
  size_t offset = 0;
  size_t length = 0;
};

/// Where a value stands, and the key that it stands behind (length 0: it is an item or the root).
struct place {
  span key = {};
  span value = {};
};

using place_map = std::unordered_map<std::string, place>; ///< by JSON pointer

/// A document as JSON. One of another format becomes a native one.
struct document {
  std::string name; ///< of the file, for diagnostics
  std::string text;
  nlohmann::json root;
  written_order order = {}; ///< of `root`

  /// What `root` was made of, if it was translated: it knows what it was made from (origins.hpp).
  nlohmann::ordered_json translated = {};
};

/// What a document must not exceed. Refused before it costs memory.
struct document_limits {
  size_t bytes = 16u << 20;
  size_t depth = 256;
  size_t nodes = 1'000'000;
  size_t nodes_with_aliases = 10'000; ///< of a YAML document that has any, expanded
};

/// `pointer` one level down.
std::string below(const std::string& pointer, std::string_view key);
std::string below(const std::string& pointer, size_t index);

} // namespace troupe::config
