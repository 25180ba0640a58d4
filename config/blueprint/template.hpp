// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/blueprint/path.hpp"

#include <string>
#include <string_view>

namespace troupe::config::blueprint {

/// A text with `{{ … }}` in it as a native one with `${…}`; `\{{` is a literal `{{`, and `${` stays
/// what it is.
expected<std::string, syntax_problem> to_native(std::string_view text, const step_names& names);

} // namespace troupe::config::blueprint
