// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/blueprint/path.hpp"

#include <string>
#include <string_view>

namespace troupe::config::blueprint {

/// An expression as a jq program.
struct jq_text {
  std::string text;
  bool is_boolean = false; ///< it can give nothing but true and false
};

/// Reads comparisons, `and or not in`, `.get(key, default)`, `len(x)` and literals, in or without
/// `{{ }}`. What counts as true is what does in Python: no empty text, list or object, and no 0.
expected<jq_text, syntax_problem> to_jq(std::string_view text, const step_names& names);

/// Whether the value of `x` counts as true.
std::string truth_of(const jq_text& x);

} // namespace troupe::config::blueprint
