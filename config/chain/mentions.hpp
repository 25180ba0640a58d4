// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/template/rename.hpp"

#include <string>

namespace troupe::config {

/// Puts other names for steps into a text's templates (`${name}`, `${steps.name}`) and jq variables
/// (`$name`, `$steps.name`, `$steps["name"]`). `id_of`: empty for what is no step.
std::string rename_mentions(const std::string& text, const plan::id_fn& id_of);

} // namespace troupe::config
