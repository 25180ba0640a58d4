// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace troupe::observe {

/// Text for XML: markup is escaped, and what XML 1.0 cannot hold becomes U+FFFD.
std::string escaped(std::string_view text);

/// An attribute: a name, and a text or a number (written with at most two decimals).
using attribute = std::pair<const char*, std::variant<std::string, double>>;

/// An element with nothing in it, or with `content`, which is markup already.
std::string element(const char* name, std::initializer_list<attribute> attributes,
                    std::string_view content = {});

} // namespace troupe::observe
