// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/document.hpp"
#include "config/document/problems.hpp"

#include <filesystem>

namespace troupe::config {

/// Fills `x.root` and `x.order` from `x.text`. YAML when the name ends so, or when the text does
/// not begin like JSON. False if the text is no document; what is wrong is among the problems.
bool read_document(document& x, problems& found, const document_limits& limits = {});

/// Where all values stand in the text of a document that has been read. Only what is wrong
/// somewhere needs it, so it is not found out before.
place_map places_in(const document& x);

// The two syntaxes; the text has been checked for size, NUL and UTF-8.
bool read_json(document& x, problems& found, const document_limits& limits);
bool read_yaml(document& x, problems& found, const document_limits& limits);
place_map json_places(const std::string& text);
place_map yaml_places(const std::string& text);

finding too_deep(const document_limits& limits);
finding too_many_nodes(size_t limit);
finding duplicate_key(const std::string& key);

} // namespace troupe::config
