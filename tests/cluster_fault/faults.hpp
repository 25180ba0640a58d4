// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster_fault/worker_machine.hpp"

#include <string_view>
#include <vector>

namespace troupe::test {

/// What can happen to a machine, and is over after a while.
enum class fault : uint8_t { kill, freeze, drain, cut, drop_to, drop_from };

std::string_view to_string(fault x);

/// Those that can be made here: without networks of our own, only what happens to the worker.
std::vector<fault> possible_faults(bool has_cables);

void begin(fault x, worker_machine& at);
void end(fault x, worker_machine& at);

} // namespace troupe::test
