// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/document.hpp"

#include <string>
#include <unordered_map>

namespace troupe::config {

/// In an object of `document::translated`, where its parts were written: the key of a member that
/// no document can hold. An object of key to pointer; "" is the object itself.
constexpr auto origins_key = "\xFFwritten";

/// From pointers into a document's root to those into what was written; those that were not written
/// are left out. `written`: the places of what was.
using origin_map = std::unordered_map<std::string, std::string>;
origin_map origins_of(const document& translated, const place_map& written);

} // namespace troupe::config
