// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace troupe::cli {

/// Kills every process that this one has started, with its group: for a command that leaves without
/// waiting for anything.
void kill_leftovers();

} // namespace troupe::cli
