// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/supervisor.hpp"
#include "messages/reduce_protocol.hpp"

// How a group comes to its one answer.
namespace troupe {

/// The outcome is decided; the answer waits only for children that still run.
void decide(supervisor_actor* self, finish verdict, stop_reason why);

/// Nothing runs any more: takes back what has to be, merges if there is something to merge, then
/// answers.
void conclude(supervisor_actor* self);

/// What has been merged is the last thing that the answer waited for.
void take_merged(supervisor_actor* self, const reduced& x);
/// A merge that is not wanted any more changes nothing. Its answer is near.
void stop_merge(supervisor_actor* self, step_result result);

} // namespace troupe
