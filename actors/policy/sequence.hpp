// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"

namespace troupe {

/// One child after another; each gets the output of the one before. The first failure ends it.
class sequence_policy final : public policy {
public:
  explicit sequence_policy(size_t children) : children_{children} {}
  directive on_start(const value& input) override;
  directive on_settled(const settled& x) override;
  bool passes_on() const override { return true; }

private:
  size_t children_;
  changes delta_;
  bool degraded_ = false;
};

} // namespace troupe
