// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"
#include "troupe/step.hpp"

#include <functional>
#include <thread>
#include <variant>

namespace troupe {

/// What a step runs.
using step_function = std::variant<plain_fn, inline_fn, async_fn>;

/// In what the runs of a rehearsal differ from those of an engine.
struct staging {
  /// What runs in place of the function of steps of that kind.
  std::function<const step_function&(const step_kind&)> function_for;
  /// The only one whose words count: when those of another thread come is a matter of chance.
  std::thread::id thread;
};

} // namespace troupe
