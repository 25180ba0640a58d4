// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl/piece.hpp"

#include <string>

namespace troupe::dsl {

class node;

/// What a parallel group makes of its branches: the value of `merge`.
struct merging {
  piece content;
};

merging collect_all();   ///< the list of all results
merging outputs();       ///< the list of outputs
merging by_name();       ///< an object: branch to output
merging first_success(); ///< the first output in time; the other branches are cancelled
merging majority_vote(); ///< the most frequent output
merging quorum(int k);   ///< the list of the first `k` outputs
/// The output of the highest quality: what the steps say, a jq program, or a node that gives a
/// number.
merging best_quality();
merging best_quality(std::string jq);
merging best_quality(node score);
/// Objects merged deeply, lists joined, texts with `separator` between them.
merging combine_outputs(std::string separator = "\n");
merging reduce(std::string jq);  ///< what a jq program makes of the list of results
merging merged_by(node reducer); ///< likewise, a node

} // namespace troupe::dsl
