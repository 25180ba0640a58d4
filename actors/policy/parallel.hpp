// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/merge.hpp"
#include "actors/policy/policy.hpp"
#include "actors/policy/split.hpp"

#include <string>
#include <unordered_map>

namespace troupe {

/// Which child of a parallel group is what. Behind the branches come the runs of the scoring node,
/// one for each, and what else the group needs; nothing: it needs it not.
struct parallel_layout {
  explicit parallel_layout(const plan::parallel& x);
  size_t branches;
  std::optional<child_index> first_score, joiner, splitter, pause;
};

/// Gives one input, or each its part, to all branches, at most `max_workers` at a time, and joins
/// what they answer.
class parallel_policy final : public policy {
public:
  /// `names`: of the branches. `spec` must outlive the policy.
  parallel_policy(const plan::parallel& spec, std::vector<std::string> names);
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;
  directive on_timeout(error why) override;
  sight children_see() const override;

private:
  directive begin(expected<branch_inputs> inputs);
  directive on_pause(const settled& x);
  directive hedge();
  directive on_joined(const settled& x);
  std::optional<directive> early_end(const settled& x);
  assignment start_next();
  bool has_next() const { return next_ < results_.size() && has_worker(); }
  bool has_worker() const { return spec_.max_workers == 0 || running_ < spec_.max_workers; }
  directive on_branch(const settled& x);
  directive on_score(const settled& x);
  directive after_branch(bool ends_it);
  directive conclude();
  directive score_all();
  directive pick_best();
  directive pick(child_index winner);
  directive quorum();
  directive vote();
  bool is_voted(const settled& x);
  size_t open() const; // branches that have not ended
  error unreachable() const;
  directive fail(error why);
  status tolerant_status() const;
  status winner_status() const;
  size_t successes() const;
  std::vector<value> good_outputs() const;

  const plan::parallel& spec_;
  std::vector<std::string> names_;
  parallel_layout layout_;
  value input_;
  branch_inputs inputs_;
  branch_results results_;      // in order of definition; null: not ended
  std::vector<changes> deltas_; // likewise
  std::vector<std::optional<double>> quality_;
  child_index next_ = 0;                           // the first branch that was not started
  size_t running_ = 0;                             // branches, or scores
  std::unordered_map<std::string, size_t> ballot_; // of majority_vote: how often each was given
  size_t leading_ = 0;                             // how often the leader was
  size_t pauses_ = 0;                              // that were begun; only the last one counts
  bool stopping_ = false;      // the group has failed, and awaits those that run
  std::optional<error> cause_; // the first failure in time, or that there is no time left
  nlohmann::json score_errors_ = nlohmann::json::object(); // by name of the branch
};

} // namespace troupe
