// SPDX-License-Identifier: Apache-2.0
#include "observe/label_names.hpp"
#include "troupe/prometheus.hpp"
#include "troupe/spending.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <mutex>

namespace troupe {

namespace {

using prometheus::Counter, prometheus::Family, prometheus::Gauge, prometheus::Histogram;

// Seconds; steps take from less than a millisecond to hours.
const Histogram::BucketBoundaries buckets{0.001, 0.005, 0.01, 0.05, 0.1, 0.5,  1,
                                          5,     10,    30,   60,   300, 1800, 7200};

template <class Metric>
auto make(prometheus::Registry& registry, prometheus::detail::Builder<Metric> builder,
          const char* name, const char* help) -> Family<Metric>& {
  return builder.Name(name).Help(help).Register(registry);
}

double seconds_of(const event& x) { return x.data.at("duration_ms").get<double>() / 1000; }

std::string text_of(const event& x, const char* member) {
  return x.data.at(member).get<std::string>();
}

/// Of a node that begins or ends. A batch is none of its items' kind, which they are told as.
std::string kind_of(const event& x) {
  return x.data.value("batch", false) ? "batch" : text_of(x, "type");
}

/// What has to be known of a run to count its events.
struct followed {
  std::mutex mutex = {}; // for a run with the id of one whose last events are still told
  std::string flow = {};
  std::map<std::string, std::string> running = {}; // path to kind, of nodes that have begun
};

} // namespace

/// The metrics, and the runs that are counted.
class run_metrics::book {
public:
  explicit book(prometheus::Registry& x);

  void take(followed& run, const event& x);
  void take(const std::string& run_id, const event& x);

private:
  void begin_run(followed& run, const event& x);
  void end_run(followed& run, const event& x);
  void end_step(followed& run, const event& x);

  Family<Counter>& runs_;
  Family<Histogram>& run_durations_;
  Family<Gauge>& runs_in_progress_;
  Family<Counter>& steps_;
  Family<Histogram>& step_durations_;
  Family<Gauge>& steps_in_progress_;
  Family<Counter>& retries_;
  Family<Counter>& fallbacks_;
  Family<Counter>& cancelled_;
  Family<Counter>& waits_;
  Family<Counter>& cost_;
  Family<Counter>& tokens_;
  observe::label_names flows_, kinds_;
  std::mutex mutex_; // of the runs
  std::map<std::string, std::shared_ptr<followed>> by_run_id_;
};

run_metrics::book::book(prometheus::Registry& x)
  : runs_{make(x, prometheus::BuildCounter(), "troupe_runs_total", "Runs that have ended.")},
    run_durations_{make(x, prometheus::BuildHistogram(), "troupe_run_duration_seconds",
                        "How long runs took, waiting included.")},
    runs_in_progress_{make(x, prometheus::BuildGauge(), "troupe_runs_in_progress",
                           "Runs that have begun and not ended.")},
    steps_{make(x, prometheus::BuildCounter(), "troupe_steps_total",
                "Nodes that have ended, groups and batches among them; retried ones once.")},
    step_durations_{
      make(x, prometheus::BuildHistogram(), "troupe_step_duration_seconds",
           "How long nodes took that were not skipped, waiting and retries included.")},
    steps_in_progress_{make(x, prometheus::BuildGauge(), "troupe_steps_in_progress",
                            "Nodes that have begun and not ended.")},
    retries_{
      make(x, prometheus::BuildCounter(), "troupe_retries_total", "Attempts after the first one.")},
    fallbacks_{make(x, prometheus::BuildCounter(), "troupe_fallbacks_total",
                    "Backups that were started in place of a node that failed.")},
    cancelled_{
      make(x, prometheus::BuildCounter(), "troupe_cancelled_total", "Nodes that were cancelled.")},
    waits_{make(x, prometheus::BuildCounter(), "troupe_limit_waits_total",
                "Times that a step had to wait for a limit or a budget.")},
    cost_{make(x, prometheus::BuildCounter(), "troupe_cost_usd_total",
               "What runs have cost, failed ones too.")},
    tokens_{make(x, prometheus::BuildCounter(), "troupe_tokens_total",
                 "Tokens that runs have used, failed ones too.")} {}

void run_metrics::book::begin_run(followed& run, const event& x) {
  run.flow = flows_.label_for(text_of(x, "flow"));
  runs_in_progress_.Add({{"flow", run.flow}}).Increment();
}

void run_metrics::book::end_run(followed& run, const event& x) {
  auto flow = prometheus::Labels{{"flow", run.flow}};
  auto spent = spending::of(metrics::from(x.data.at("metrics")).value_or(metrics{}));
  runs_in_progress_.Add(flow).Decrement();
  run_durations_.Add(flow, buckets).Observe(seconds_of(x));
  cost_.Add(flow).Increment(static_cast<double>(spent.cost) / 1e9);
  tokens_.Add(flow).Increment(static_cast<double>(spent.tokens));
  runs_.Add({{"flow", run.flow}, {"status", text_of(x, "status")}}).Increment();
}

/// Skipped nodes, and those that were cancelled while they waited, end without having begun.
void run_metrics::book::end_step(followed& run, const event& x) {
  auto kind = kinds_.label_for(kind_of(x));
  auto status = text_of(x, "status");
  steps_.Add({{"kind", kind}, {"status", status}}).Increment();
  if (status != to_string(status::skipped))
    step_durations_.Add({{"kind", kind}}, buckets).Observe(seconds_of(x));
  if (run.running.erase(x.path) > 0)
    steps_in_progress_.Add({{"kind", kind}}).Decrement();
}

void run_metrics::book::take(followed& run, const event& x) {
  std::lock_guard guard{run.mutex};
  auto known_kind = [&] {
    auto found = run.running.find(x.path);
    return prometheus::Labels{{"kind", found == run.running.end() ? "other" : found->second}};
  };
  switch (x.type) {
  case event_type::run_started:
    return begin_run(run, x);
  case event_type::run_finished:
    return end_run(run, x);
  case event_type::step_started: {
    auto kind = kinds_.label_for(kind_of(x));
    run.running.emplace(x.path, kind);
    return steps_in_progress_.Add({{"kind", kind}}).Increment();
  }
  case event_type::step_finished:
    return end_step(run, x);
  case event_type::step_retrying:
    return retries_.Add(known_kind()).Increment();
  case event_type::fallback_triggered:
    return fallbacks_.Add(known_kind()).Increment();
  case event_type::branch_cancelled:
    return cancelled_.Add({{"reason", text_of(x, "reason")}}).Increment();
  case event_type::limit_waiting:
    return waits_.Add({{"flow", run.flow}}).Increment();
  default:
    return;
  }
}

void run_metrics::book::take(const std::string& run_id, const event& x) {
  std::shared_ptr<followed> run;
  {
    std::lock_guard guard{mutex_};
    auto& known = by_run_id_[run_id];
    if (!known)
      known = std::make_shared<followed>();
    run = known;
    if (x.type == event_type::run_finished) // always the last
      by_run_id_.erase(run_id);
  }
  take(*run, x);
}

run_metrics::run_metrics(prometheus::Registry& registry)
  : book_{std::make_shared<book>(registry)} {}

engine_listener run_metrics::for_engine(engine_listener next) const {
  return [book = book_, next = std::move(next)](const std::string& run_id, const event& x) {
    book->take(run_id, x);
    if (next)
      next(run_id, x);
  };
}

event_listener run_metrics::for_run(event_listener next) const {
  return
    [book = book_, run = std::make_shared<followed>(), next = std::move(next)](const event& x) {
      book->take(*run, x);
      if (next)
        next(x);
    };
}

} // namespace troupe
