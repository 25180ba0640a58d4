// SPDX-License-Identifier: Apache-2.0
#include "troupe/prometheus.hpp"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

namespace troupe {

namespace {

class gauges final : public prometheus::Collectable {
public:
  explicit gauges(std::function<engine_load()> load) : load_{std::move(load)} {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    auto x = load_();
    return {
      family("troupe_engine_runs", "Runs of the engine that have not ended.", {sample(x.runs)}),
      family("troupe_engine_actors", "Actors alive, the engine's own among them.",
             {sample(x.actors)}),
      family("troupe_engine_blocking_calls",
             "Plain steps, jq programs and listeners that run in threads of the pool, or wait for "
             "one.",
             {sample(x.blocking_running, "running"), sample(x.blocking_waiting, "waiting")}),
      family("troupe_engine_permits_waiting", "Steps that wait for a permit of a limit.",
             {sample(x.permits_waiting)}),
    };
  }

private:
  static prometheus::ClientMetric sample(size_t amount, const char* state = nullptr) {
    prometheus::ClientMetric x;
    x.gauge.value = static_cast<double>(amount);
    if (state)
      x.label.push_back({"state", state});
    return x;
  }
  static prometheus::MetricFamily family(const char* name, const char* help,
                                         std::vector<prometheus::ClientMetric> samples) {
    return {name, help, prometheus::MetricType::Gauge, std::move(samples)};
  }

  std::function<engine_load()> load_;
};

} // namespace

std::shared_ptr<prometheus::Collectable> load_gauges(std::function<engine_load()> load) {
  return std::make_shared<gauges>(std::move(load));
}

} // namespace troupe
