// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "config/scope.hpp"

#include <set>
#include <string>

namespace troupe::config {

// Templates and programs as people see them.

using texts = std::set<std::string>;

/// Adds the references that it makes, as they were written.
void collect(const plan::value_template& x, texts& out);
void collect(const plan::expression& x, texts& out);
void collect(const plan::alternatives& x, texts& out);
void collect(const plan::reference& x, texts& out);

/// What templates may be filled in with before a run; null: nothing, they stay as written.
using filler = const view*;

/// The template as it was written, but for blanks inside of it, and for what is filled in.
nlohmann::json as_written(const plan::value_template& x, filler with);

} // namespace troupe::config
