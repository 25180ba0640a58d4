// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "troupe/run.hpp"

#include <caf/actor.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

namespace troupe {

/// What a run and everybody who waits for it share.
struct run_handle::state {
  std::string id;
  std::shared_ptr<const plan::flow> flow = {}; // null: it never began
  std::mutex mutex = {};
  std::condition_variable ended = {};
  caf::actor run = {};                         // null before it begins and when it has ended
  std::optional<run_result> result = {};       // empty until it has ended
  std::function<void(run_result)> on_end = {}; // for who does not wait
};

/// Stores the result, lets go of the run, and wakes who waits.
void deliver(run_handle::state& x, run_result result);

/// Why no node of the flow takes the signal; nothing: one does.
std::optional<error> refusal_of(const plan::flow& flow, const std::string& name,
                                const value& payload);

} // namespace troupe
