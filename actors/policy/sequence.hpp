// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"
#include "config/plan.hpp"

namespace troupe {

/// One child after another; each gets the output of the one before. The first failure ends it. A
/// child may lead elsewhere than to the next one: forwards, which skips, or backwards, which runs
/// again. Children beyond the nodes name the action of the node that is that many places before.
class sequence_policy final : public policy {
public:
  explicit sequence_policy(size_t children) : children_{children} {}
  /// `spec` must outlive the policy.
  explicit sequence_policy(const plan::sequence& spec);
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;
  sight children_see() const override { return sight::everything; }

private:
  directive on_node(const settled& x);
  directive on_action(const settled& x);
  directive go_on(child_index child);
  directive follow(child_index child, const std::string& action);
  directive jump(child_index from, child_index to);
  directive visit(child_index child);
  directive end();
  const plan::jumps* jumps_of(child_index child) const;

  size_t children_;
  const plan::sequence* spec_ = nullptr;
  std::vector<size_t> visits_; // by node; empty if none jumps
  /// Where it goes on behind the alternatives that a jump has chosen from; nothing: at the next.
  std::optional<child_index> resume_;
  step_result last_; // only output and quality
  changes delta_;
  nlohmann::json warnings_ = nlohmann::json::array();
  bool degraded_ = false;
};

} // namespace troupe
