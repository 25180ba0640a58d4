// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "troupe/step_result.hpp"

#include <memory>
#include <vector>

namespace troupe {

using branch_results = std::vector<std::shared_ptr<const step_result>>;

/// All results as users see them, without their children: the tree has those once. Written out only
/// when somebody looks.
value list_of_results(const branch_results& all);

/// What a parallel group gives to the next node: outputs in order of definition, of branches that
/// did not succeed null or nothing, as each strategy says. merge_conflict for outputs that do not
/// combine. Not for strategies that pick one branch.
expected<value> merge_outputs(const plan::merge_rule& rule, const branch_results& all,
                              const std::vector<std::string>& names);

} // namespace troupe
