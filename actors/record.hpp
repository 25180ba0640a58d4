// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/child_actor.hpp"

namespace troupe {

/// Tells the recorder, if there is one, that a group has been done, or undone; `own`: what takes it
/// back. Returns that, as it was when the branch came here before.
undo_log record_group(child_actor& self, const std::string& path, undo_log own);
/// It has been undone.
void record_group(child_actor& self, const std::string& path);

} // namespace troupe
