// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/flow.hpp"

#include <string>

namespace troupe::test {

/// The built-in kinds; files below the working directory.
registry built_in_kinds();

/// Reads a flow that must be right. Single quotes stand for double ones.
flow must_parse(const std::string& text, const registry& kinds);
flow must_parse(const std::string& text);

/// The diagnostics of a document that may be wrong, as text; empty if there are none.
std::string diagnostics_of(const std::string& text, const std::string& name = "flow.json");
/// The codes alone, in order, separated by blanks.
std::string codes_of(const std::string& text, const std::string& name = "flow.json");

/// Single quotes become double ones.
std::string quoted(std::string text);

} // namespace troupe::test
