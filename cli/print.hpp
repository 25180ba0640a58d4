// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/diagnostic.hpp"
#include "troupe/error.hpp"
#include "troupe/value.hpp"

#include <string>
#include <vector>

namespace troupe::cli {

/// Writes to standard output, all of it; false, and a line on standard error, if that is not
/// possible.
bool print(const std::string& text);
/// Writes to standard error; what cannot be written is lost.
void complain(const std::string& text);

/// What went wrong, on a line of the command's own.
void complain(const error& x);

/// Every diagnostic, and how many there were.
void complain(const std::vector<diagnostic>& all);

/// JSON for people, two spaces a level.
std::string indented(const value& x);

} // namespace troupe::cli
