// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/supervisor.hpp"

#include <functional>

namespace troupe {

/// Where a child is: its place in the plan, with `[7]` for the item of a batch, and `#2` from the
/// second round or visit on.
std::string path_of(const child_actor& parent, const child_spec& child, size_t number);

/// Where that is undone.
std::string undo_path(const completed& x);

/// Keeps what a group's result will tell of a child that has ended: of items only failures, and not
/// more than 100 of them; of a run that keeps a summary, what there is something to tell of.
void keep_result(supervisor_actor* self, const running_child& child, const shared_result& x);

/// Adds to a group's result its children, in order of definition and then of time, and what they
/// tell: counts, errors, and a sentence for people. Children that never started are there as
/// skipped, made by `skipped` (backups, and what is hidden, are not).
void describe_children(supervisor_actor* self, step_result& x,
                       const std::function<step_result(child_index)>& skipped);

/// A budget, what was spent of it, and by how much that is too much.
value budget_report(const plan::budget& spec, const metrics& bill);

/// Tells listeners that a child begins.
void tell_start(supervisor_actor* self, const child_spec& child, const std::string& path);

/// Tells listeners how a child has ended.
void tell_end(supervisor_actor* self, const child_spec& child, const step_result& x,
              std::optional<stop_reason> stopped);

} // namespace troupe
