// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"

namespace troupe {

// What the cache of a node has done for it. Nodes like any other, so that nothing waits for a store
// but a thread of the pool.

/// Input: a key. Output: what is kept under it, or null.
const plan::node& look_up_in_cache();
/// Input: `{key, entry, ttl_ns}`. Output: null.
const plan::node& keep_in_cache();

} // namespace troupe
