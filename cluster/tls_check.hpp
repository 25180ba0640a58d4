// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/cluster.hpp"
#include "troupe/step_result.hpp"

namespace troupe {

/// Whether these files make a node that others of its cluster take for one of theirs; the first
/// thing that is wrong, with the file and the cure. denied: somebody but the owner has rights to
/// the key, or a file may not be read; invalid_input: everything else.
///
/// To be asked before CAF sees the files: without a certificate that it can use it encrypts without
/// asking who is there, or ends the process (docs/cluster.md). Reads the files each time.
expected<void> check(const tls_files& x, wall_time now = std::chrono::system_clock::now());

} // namespace troupe
