// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/call.hpp"

namespace troupe {

/// The way from user code, in any thread, back to its step. The first answer counts; when the last
/// copy of the promise goes without one, that is an answer too.
struct promise::channel {
  channel(caf::actor step, std::shared_ptr<troupe::call> call)
    : step{std::move(step)}, call{std::move(call)} {}
  ~channel();
  void answer(outcome x, duration after = duration{0});

  caf::actor step;
  std::shared_ptr<troupe::call> call;
  std::atomic<bool> answered = false;
};

} // namespace troupe
