// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"
#include "config/plan.hpp"

namespace troupe {

/// Asks the conditions (the first children) in order, and runs the branch of the first that is
/// true; else the last branch, if it has no condition.
class choice_policy final : public policy {
public:
  explicit choice_policy(const plan::choice& spec) : spec_{spec} {}
  directive on_start(const given& x) override;
  directive on_settled(const settled& x) override;

private:
  directive ask(size_t condition);
  directive choose(size_t branch);

  const plan::choice& spec_;
  value input_;
};

} // namespace troupe
