// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/engine.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace troupe::cli {

/// What a worker tells of itself.
struct worker_report {
  std::string name;
  size_t slots = 0;
  worker_load load;
  engine_load engine;
};

/// For load balancers and people: `status` is `ok` or `draining`.
nlohmann::json health_of(const worker_report& x);

/// In the text format of Prometheus.
std::string metrics_of(const worker_report& x);

/// `running 3 of 16, coordinators 1, served 120`
std::string line_of(const worker_report& x);

} // namespace troupe::cli
