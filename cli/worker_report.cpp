// SPDX-License-Identifier: Apache-2.0
#include "cli/worker_report.hpp"

#include "troupe/prometheus.hpp"
#include "troupe/version.hpp"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace troupe::cli {

namespace {

using prometheus::MetricFamily, prometheus::MetricType;

MetricFamily gauge(const char* name, const char* help, size_t amount) {
  prometheus::ClientMetric x;
  x.gauge.value = static_cast<double>(amount);
  return {name, help, MetricType::Gauge, {x}};
}

MetricFamily counter(const char* name, const char* help, size_t amount) {
  prometheus::ClientMetric x;
  x.counter.value = static_cast<double>(amount);
  return {name, help, MetricType::Counter, {x}};
}

} // namespace

nlohmann::json health_of(const worker_report& x) {
  return {{"status", x.load.is_draining ? "draining" : "ok"},
          {"name", x.name},
          {"version", TROUPE_VERSION_STRING},
          {"slots", x.slots},
          {"running", x.load.running},
          {"coordinators", x.load.coordinators},
          {"served", x.load.served}};
}

std::string metrics_of(const worker_report& x) {
  auto all = load_gauges([&] { return x.engine; })->Collect();
  for (auto& one :
       {gauge("troupe_worker_running", "Branches that run here.", x.load.running),
        gauge("troupe_worker_slots", "Branches that run at once at most.", x.slots),
        gauge("troupe_worker_coordinators", "Engines that are connected.", x.load.coordinators),
        gauge("troupe_worker_draining", "1: no more branches are taken.", x.load.is_draining),
        counter("troupe_worker_served_total", "Branches that have ended here.", x.load.served)})
    all.push_back(one);
  return prometheus::TextSerializer{}.Serialize(all);
}

std::string line_of(const worker_report& x) {
  return (x.load.is_draining ? "draining: running " : "running ") + std::to_string(x.load.running) +
         " of " + std::to_string(x.slots) + ", coordinators " +
         std::to_string(x.load.coordinators) + ", served " + std::to_string(x.load.served);
}

} // namespace troupe::cli
