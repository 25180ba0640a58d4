// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/cluster.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace troupe::cli {

/// A line for each worker; below them, why some could not be reached.
std::string as_text(const std::vector<worker_state>& workers);

/// A list of `{address, state, problem, name, version, labels, kinds, slots, running, coordinators,
/// round_trip_ms}`; `state`: connected, draining, unreachable. Of a worker that could not be
/// reached only the first three.
nlohmann::json as_json(const std::vector<worker_state>& workers);

} // namespace troupe::cli
