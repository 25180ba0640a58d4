// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"

// JSON Schemas (draft 7) of the formats, for editors.
namespace troupe::config {

nlohmann::json native_schema(const registry& kinds);
nlohmann::json graph_schema(const registry& kinds);
nlohmann::json chain_schema(const registry& kinds);
nlohmann::json blueprint_schema(const registry& kinds);

} // namespace troupe::config
