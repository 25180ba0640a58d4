// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"
#include "config/plan.hpp"

#include <map>

namespace troupe {

/// Runs the node that it wraps once for each item of a list, some at a time, and keeps nothing of
/// an item but what it gave.
class batch_policy final : public policy {
public:
  /// Places of the children.
  enum : child_index { items, each, child_count };

  explicit batch_policy(const plan::batch& spec) : spec_{spec} {}
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;
  directive on_timeout(error why) override;

private:
  directive take_items(const settled& x);
  directive take_item(const settled& x);
  assignment next_item();
  void note_failure(const settled& x);
  value item_at(size_t number) const;
  value entry_for(const value& item, const value& output);
  directive conclude();
  value output() const;
  nlohmann::json timing() const;

  const plan::batch& spec_;
  value list_;
  std::vector<value> results_; // in order of the items; null: failed, or not ended
  std::map<size_t, changes> deltas_;
  std::vector<value> errors_;
  size_t next_ = 0; // the first item that was not started
  size_t running_ = 0;
  size_t ended_ = 0, succeeded_ = 0;
  duration total_{0}, shortest_{duration::max()}, longest_{0};
  bool stopping_ = false;
  bool degraded_ = false;
  bool hides_a_field_ = false; // an output has a field of the name that the item takes
  std::optional<error> cause_; // the first failure in time, or that there is no time left
};

} // namespace troupe
