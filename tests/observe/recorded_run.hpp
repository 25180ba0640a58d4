// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/run.hpp"

namespace troupe::test {

/// The result of a run that failed, with all that a picture can show: attempts, a backup, waiting,
/// a cancelled branch, money and skipped nodes. Always the same, whatever the clock says.
run_result recorded_run();

/// A node that succeeded, so many milliseconds after the recorded run began.
step_result recorded_node(const std::string& path, const std::string& type, int begin_ms,
                          int took_ms);

/// A run of those nodes, which took as long as the longest of them.
run_result recorded_run_of(std::vector<step_result> nodes);

} // namespace troupe::test
