// SPDX-License-Identifier: Apache-2.0
#pragma once

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

/// Where a value of a translated document comes from.
struct origin {
  std::string pointer; ///< into the document that was written
  bool is_written;
  size_t rank; ///< tells which of two values stands before the other
};

/// A document as JSON, with the place of every value in its text. One of another format becomes a
/// native one, whose values stand where they were made from.
struct document {
  std::string name; ///< of the file, for diagnostics
  std::string text;
  nlohmann::json root;
  std::unordered_map<std::string, place> places = {}; ///< by JSON pointer

  // Of one that was translated:
  nlohmann::ordered_json translated = {};               ///< `root`, in an order for people
  std::unordered_map<std::string, origin> origins = {}; ///< by pointer into `root`
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
