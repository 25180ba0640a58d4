// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace troupe::steps {

/// Whether JSON can hold these bytes as text.
bool is_utf8(std::string_view bytes);

/// RFC 4648, section 4.
std::string base64(std::string_view bytes);

} // namespace troupe::steps
