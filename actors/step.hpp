// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/child_actor.hpp"
#include "actors/step_execution.hpp"

#include <caf/behavior.hpp>

#include <memory>

namespace troupe {

/// A step, or a wait for some time to pass, with an actor of its own.
class step_actor final : public child_actor {
public:
  using child_actor::child_actor;
  const char* name() const override { return "troupe.step"; }
  caf::behavior make_behavior() override;

  std::unique_ptr<step_execution> execution; // null until started, and if the step is inline

protected:
  bool is_recorded() const override;
};

} // namespace troupe
