// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/policy/policy.hpp"

namespace troupe {

/// Runs the one child and passes its result on: what a wrapper does that only its supervisor knows
/// of, such as a budget.
class single_policy final : public policy {
public:
  directive on_start(const given&) override { return launch_one(0); }
  directive on_settled(const settled& x) override { return finish{*x.result, {x.delta}, true}; }
};

} // namespace troupe
