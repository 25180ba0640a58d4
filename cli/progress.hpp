// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/terminal.hpp"
#include "troupe/run.hpp"

#include <string>

namespace troupe::cli {

/// One line for an event, as people follow a run; empty for events that are not shown.
std::string progress_line(const event& x);

/// How a run ended: a line for each node, indented, with retries, fallbacks and costs; then the
/// run.
std::string result_tree(const run_result& x, const terminal& where);

} // namespace troupe::cli
