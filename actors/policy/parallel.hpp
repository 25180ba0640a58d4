// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/merge.hpp"
#include "actors/policy/policy.hpp"

namespace troupe {

/// Broadcasts one input to all branches, at most `max_workers` at a time, and joins what they
/// answer. Children beyond the branches are runs of the scoring node, one for each branch.
class parallel_policy final : public policy {
public:
  /// `names`: of the branches. `spec` must outlive the policy.
  parallel_policy(const plan::parallel& spec, std::vector<std::string> names);
  directive on_start(const value& input) override;
  directive on_settled(const settled& x) override;
  directive on_timeout(error why) override;

private:
  directive on_branch(const settled& x);
  directive on_score(const settled& x);
  directive next_branch();
  directive conclude();
  directive score_all();
  directive pick_best();
  directive pick(child_index winner);
  directive fail(error why);
  status tolerant_status() const;
  size_t successes() const;
  bool is_scored() const { return spec_.merge.score != nullptr; }

  const plan::parallel& spec_;
  std::vector<std::string> names_;
  value input_;
  branch_results results_;      // in order of definition; null: not ended
  std::vector<changes> deltas_; // likewise
  std::vector<std::optional<double>> quality_;
  child_index next_ = 0; // the first branch that was not started
  size_t running_ = 0;
  bool stopping_ = false;      // the group has failed, and awaits those that run
  std::optional<error> cause_; // the first failure in time, or that there is no time left
  nlohmann::json score_errors_ = nlohmann::json::object(); // by name of the branch
};

} // namespace troupe
