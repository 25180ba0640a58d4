// SPDX-License-Identifier: Apache-2.0
// Metrics: counted in a registry of Prometheus that belongs to the service.

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <troupe/prometheus.hpp>

#include <iostream>
#include <sstream>

int main() {
  prometheus::Registry registry;
  troupe::run_metrics metrics{registry};
  {
    troupe::engine engine{troupe::engine_options{.on_event = metrics.for_engine()}};
    auto gauges = troupe::load_gauges([&] { return engine.current_load(); });
    auto flow = engine.parse(R"({"troupe": 1, "name": "hello", "pipeline": [{"type": "echo"}]})");
    if (!flow)
      return 3;
    for (int i = 0; i < 3; ++i)
      engine.run(*flow);
    std::cout << gauges->Collect().size() << " gauges of the engine's load\n";
  } // the last events have been told when the engine is gone

  // An Exposer, or a route of the service's own server, does this for registry and gauges.
  std::istringstream lines{prometheus::TextSerializer{}.Serialize(registry.Collect())};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("troupe_runs_total"))
      std::cout << line << "\n";
}
