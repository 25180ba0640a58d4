// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "troupe/expected.hpp"

#include <vector>

namespace troupe {

/// One input for each branch; nothing: there is none for it, and it is skipped.
using branch_inputs = std::vector<std::optional<value>>;

/// Deals a group's input to its branches. invalid_input if it is no list.
expected<branch_inputs> split_input(plan::split_strategy strategy, const value& input,
                                    size_t branches);

/// What a program or a function made of the input: as many as there are branches, else
/// invalid_input.
expected<branch_inputs> computed_inputs(const value& made, size_t branches);

} // namespace troupe
