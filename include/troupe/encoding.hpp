// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe {

/// Whether JSON can hold these bytes as text.
TROUPE_EXPORT bool is_utf8(std::string_view bytes);

/// The bytes if they are UTF-8, else taken for Latin-1 and written as UTF-8.
TROUPE_EXPORT std::string as_utf8(std::string bytes);

/// At most so many bytes of UTF-8 and a `…` if something is left out; whole characters.
TROUPE_EXPORT std::string shortened(const std::string& text, size_t most);

/// Base64 with padding. Source: RFC 4648, section 4.
TROUPE_EXPORT std::string base64(std::string_view bytes);

/// Every byte that is not unreserved as `%XX`, `/` too: for one piece of a URL. Source: RFC 3986,
/// section 2.
TROUPE_EXPORT std::string percent_encoded(std::string_view bytes);

} // namespace troupe
