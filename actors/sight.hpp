// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/supervisor.hpp"

// What the children of a group see, and what is seen of them.
namespace troupe {

/// Branches see only those keys of the context that the group shares with them.
std::shared_ptr<const scope> shared_scope(const group_spec& spec,
                                          const std::shared_ptr<const scope>& x);
/// What a child sees: what the group sees, and what its policy adds for this one.
std::shared_ptr<const scope> scope_for(supervisor_actor* self, assignment& x);
/// Drops from the group's sight what does not concern a child: its earlier visit, or who called.
void forget_earlier(supervisor_state& st, const assignment& x);
/// What a child leaves is seen by the parent's later nodes, and in some groups by the next child.
void keep_leavings(supervisor_actor* self, const child_spec& spec, const finished& x);

/// What the flow gives, if this is the root of one that says so; else null.
const plan::value_template* output_of_flow(supervisor_actor* self);
/// What `set` and the flow's output may read: what the nodes inside have left, too.
scope scope_at_end(supervisor_actor* self);

} // namespace troupe
