// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"
#include "config/plan.hpp"

namespace troupe {

/// Runs its body again and again: while one condition holds before, until another holds after.
class loop_policy final : public policy {
public:
  /// Places of the children.
  enum : child_index { body, before, after, carry, child_count };

  explicit loop_policy(const plan::loop& spec) : spec_{spec} {}
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;
  sight children_see() const override { return sight::everything; }

private:
  directive next_round();
  directive make_input();
  directive run_body(value input);
  directive end_of_body(const settled& x);
  directive end();
  launch start(child_index child, value input) const;

  const plan::loop& spec_;
  value latest_; // output of the last round; the loop's input before the first
  size_t rounds_ = 0;
  std::optional<double> quality_;
  changes delta_;
  bool degraded_ = false;
};

} // namespace troupe
