// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl/piece.hpp"
#include "troupe/export.hpp"

#include <string>

namespace troupe::dsl {

class node;

/// What a parallel group makes of its branches: the value of `merge`.
struct merging {
  piece content;
};

TROUPE_EXPORT merging collect_all(); ///< the list of all results
TROUPE_EXPORT merging outputs();     ///< the list of outputs
TROUPE_EXPORT merging by_name();     ///< an object: branch to output
TROUPE_EXPORT merging
first_success(); ///< the first output in time; the other branches are cancelled
TROUPE_EXPORT merging majority_vote(); ///< the most frequent output
TROUPE_EXPORT merging quorum(int k);   ///< the list of the first `k` outputs
/// The output of the highest quality: what the steps say, a jq program, or a node that gives a
/// number.
TROUPE_EXPORT merging best_quality();
TROUPE_EXPORT merging best_quality(std::string jq);
TROUPE_EXPORT merging best_quality(node score);
/// Objects merged deeply, lists joined, texts with `separator` between them.
TROUPE_EXPORT merging combine_outputs(std::string separator = "\n");
TROUPE_EXPORT merging reduce(std::string jq);  ///< what a jq program makes of the list of results
TROUPE_EXPORT merging merged_by(node reducer); ///< likewise, a node

} // namespace troupe::dsl
