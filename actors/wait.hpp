// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/child_actor.hpp"

#include <caf/behavior.hpp>

namespace troupe {

/// Waits for a signal, which the run keeps an eye on. Holds nothing meanwhile.
class wait_actor final : public child_actor {
public:
  using child_actor::child_actor;
  const char* name() const override { return "troupe.wait"; }
  caf::behavior make_behavior() override;

protected:
  bool is_recorded() const override { return true; }
};

} // namespace troupe
