// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>

namespace troupe::test {

/// A flow as a user writes it; the order of members is that of the document.
using document = nlohmann::ordered_json;

/// What random flows may use.
struct features {
  size_t most_nodes = 50;
  bool retries = true;
  bool fallbacks = true;
  bool time_limits = true;
  bool crashes = true;
  bool hangs = true;
  bool contexts = true;
  bool scores = true;
  bool sets_read_branches = true; ///< `set` of a group reads nodes inside
  bool conditions = true;         ///< in jq, which is slow: few flows have some
  bool more_joins = true;         ///< quorums, votes, nodes and programs; `split` and `share`
  bool batches = true;
  bool loops = true;
  bool choices = true; ///< only where there are conditions
  bool jumps = true;
  // Of these the reference knows nothing: rough.hpp looks at them.
  bool limits = false; ///< of rate and concurrency
  bool budgets = false;
  bool undos = false;
  bool calls = true;
  bool graphs = true; ///< lists with `depends_on`, too
};

/// The flow that belongs to this seed. Its steps are stand-ins (stage.hpp), so that the document
/// alone says everything.
document random_flow(uint64_t seed, const features& allowed = {});

} // namespace troupe::test
