// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace troupe::config {

/// The offset of the first byte that is not part of valid UTF-8 (no surrogates, no overlong forms);
/// npos if all of it is valid.
size_t first_invalid_utf8(std::string_view text);

/// How many code points there are in valid UTF-8.
size_t code_points(std::string_view text);

} // namespace troupe::config
