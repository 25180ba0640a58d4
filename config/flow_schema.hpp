// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"

namespace troupe::config {

/// A JSON Schema (draft 7) of native documents; see `flow_schema`.
nlohmann::json native_schema(const registry& kinds);

} // namespace troupe::config
