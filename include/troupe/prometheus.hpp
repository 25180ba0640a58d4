// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/engine.hpp"
#include "troupe/export.hpp"

#include <functional>
#include <memory>

namespace prometheus {
class Collectable;
class Registry;
} // namespace prometheus

namespace troupe {

/// Counts what runs do, in a registry of prometheus-cpp that the host owns and exposes; the metrics
/// are listed in docs/observability.md. Labels are flows, kinds of nodes, statuses and reasons,
/// never paths or run ids; of flows and of kinds the first 100 names are told apart, later ones
/// count as `other`. Any thread may use it. The registry must outlive the engine; this need not.
class TROUPE_EXPORT run_metrics {
public:
  explicit run_metrics(prometheus::Registry& registry);

  /// For `engine_options::on_event`: counts every run of the engine. `next` is told afterwards.
  engine_listener for_engine(engine_listener next = {}) const;
  /// For `run_options::on_event` of one run. `next` is told afterwards.
  event_listener for_run(event_listener next = {}) const;

private:
  class book;
  std::shared_ptr<book> book_;
};

/// Gauges of what an engine is busy with, read whenever they are scraped; to be registered where
/// the host registers its registry. `load`: usually `[&] { return engine.current_load(); }`; called
/// in the thread that scrapes, and not after what this returns is gone.
TROUPE_EXPORT std::shared_ptr<prometheus::Collectable>
load_gauges(std::function<engine_load()> load);

} // namespace troupe
