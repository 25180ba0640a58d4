// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/schema_parts.hpp"
#include "troupe/registry.hpp"

/// Parts of the native schema, which those of other formats are made of too: what is said of keys,
/// by key.
namespace troupe::config::schemas {

/// `template`, `duration`, `retry`, `batch`, `budget`, `context_merge`: what needs no nodes.
json basic_definitions(const registry& kinds);
/// Those, and `node`, `nodes`, `subflow`, and each shape of a node.
json native_definitions(const registry& kinds);

json native_flow();
/// Of any node.
json native_node();
/// Of parallel groups.
json native_parallel();

/// `if` a step is of that kind, `then` its params are as the kind says.
json rules_for_kinds(const registry& kinds);

json native_input();
json node_or_nodes();

} // namespace troupe::config::schemas
