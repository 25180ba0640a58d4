// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/activation.hpp"
#include "messages/work_protocol.hpp"

#include <caf/actor.hpp>

#include <string>
#include <vector>

// What a step does with its order, whether it is an actor or its group does it.
namespace troupe {

/// How a step has ended.
struct step_end {
  std::shared_ptr<step_result> result = std::make_shared<step_result>();
  changes delta = {};
  undo_log undo = {};
};

step_end ended_as(step_result x);
/// For use inside of `catch (...)`: an exception of ours is the end of the step alone.
step_end crashed(const activation& at);

/// The params with templates filled in, and checked if anything in them could change. `unfilled`
/// gets what stays a template.
expected<value> params_of(const plan::step& x, const start& order,
                          std::vector<std::string>& unfilled);

/// User code has returned: the end of its step. `is_stopping`: it was told to stop meanwhile.
step_end end_with(const activation& at, const start& order, const outcome& said,
                  const std::vector<std::string>& unfilled, bool is_stopping = false);

/// Whether it is a step whose function is inline.
bool is_inline(const plan::node& x, const run_services& services);

/// Runs a step whose function is inline, from its order to its end.
step_end run_inline(const activation& at, const start& order, const caf::actor& supervisor);

/// Whether this process was stopped, or cut off, for so long that the branch is elsewhere by now.
/// It will be told to stop, but nothing may begin until then.
bool is_too_late(const activation& at);

} // namespace troupe
