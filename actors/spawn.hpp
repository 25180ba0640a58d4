// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/group_spec.hpp"

namespace troupe {

/// Makes the actor that runs a node, or the part of it that the child stands for: a supervisor for
/// each wrapper that the node uses, the body inside.
caf::actor spawn_node(caf::local_actor* parent, const shared_services& services,
                      const child_spec& child, const std::string& path);

/// What a supervisor is to do that runs this part of the node; nothing if it is a step, which needs
/// none.
std::optional<group_spec> group_spec_of(const run_services& services, const child_spec& child,
                                        const std::string& path);

/// How long a child that runs this part of the node may take: `timeout` for the body, `deadline`
/// for all of its tries.
std::optional<duration> limit_of(const plan::node& x, layer part);

/// Whether what the child starts is the user's own step, with no wrapper around it.
bool is_one_step(const child_spec& child);

/// Whether what the child starts is the user's own step, or waits: there is no group in it.
bool is_leaf(const child_spec& child);

/// Whether the whole of the child is a step that never blocks, or a wait for some time to pass: its
/// supervisor looks after it itself.
bool needs_no_actor(const run_services& services, const child_spec& child);

/// Whether the child runs in another process, if one takes it.
bool goes_elsewhere(const run_services& services, const child_spec& child);

} // namespace troupe
