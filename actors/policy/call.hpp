// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"
#include "config/plan.hpp"

namespace troupe {

/// Makes the inputs of another flow, runs it, and gives what that flow says is its output.
class call_policy final : public policy {
public:
  /// Places of the children.
  enum : child_index { inputs, root, output, child_count };
  static constexpr int deepest = 32;

  explicit call_policy(const plan::call& spec) : spec_{spec} {}
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;
  sight children_see() const override { return sight::results; }

private:
  launch start(child_index child, value input, context where) const;

  const plan::call& spec_;
  value input_, inputs_;
  std::shared_ptr<const step_result> ran_;
};

} // namespace troupe
