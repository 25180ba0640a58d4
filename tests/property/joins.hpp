// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/random_flow.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

std::string strategy_of(const document& node);

/// What `split` gives each branch: nothing to those that are skipped. Nothing at all: the input is
/// no list.
std::optional<std::vector<std::optional<nlohmann::json>>>
dealt_out(const document& node, const nlohmann::json& input, size_t count);

} // namespace troupe::test
