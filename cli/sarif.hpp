// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/diagnostic.hpp"

#include <nlohmann/json.hpp>

namespace troupe::cli {

/// Diagnostics as a log that code hosts show beside the lines. Source: SARIF 2.1.0, OASIS, 2020.
nlohmann::json sarif(const std::vector<diagnostic>& all);

} // namespace troupe::cli
