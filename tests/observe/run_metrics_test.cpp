// SPDX-License-Identifier: Apache-2.0
#include "observe/label_names.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/running.hpp"
#include "troupe/prometheus.hpp"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <future>
#include <set>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

struct metrics_fixture {
  prometheus::Registry registry;
  run_metrics metrics{registry};
  std::promise<void> told; // the last event of a run
  engine_listener when_told = [this](const std::string&, const event& x) {
    if (x.type == event_type::run_finished)
      told.set_value();
  };
  engine_fixture runs{{.on_event = metrics.for_engine(when_told)}};

  metrics_fixture() {
    runs.engine.steps().add(
      "flaky", [tries = std::make_shared<std::atomic<int>>(0)](const step_input&) -> step_output {
        if (++*tries < 3)
          throw step_error{errc::step_failed, "not yet", true, {{"cost_usd", 0.25}}};
        return {};
      });
    runs.engine.steps().add("dear", [](const step_input&) -> step_output {
      step_output x;
      x.metrics = {{"cost_usd", 0.5}, {"tokens", {{"prompt", 7}, {"completion", 3}}}};
      return x;
    });
  }

  /// Runs to the end, and until its last event has been counted.
  run_result run(const std::string& nodes, const std::string& more = "") {
    told = {};
    auto result = runs.engine.run(runs.nodes(nodes, more));
    told.get_future().wait();
    return result;
  }

  std::string text() const { return prometheus::TextSerializer{}.Serialize(registry.Collect()); }
  bool says(const std::string& line) const { return text().find(line + "\n") != std::string::npos; }
};

std::string type_name(prometheus::MetricType x) {
  switch (x) {
  case prometheus::MetricType::Counter:
    return "counter";
  case prometheus::MetricType::Gauge:
    return "gauge";
  default:
    return "histogram";
  }
}

std::string row_of(const prometheus::MetricFamily& x) {
  std::set<std::string> labels;
  for (auto& metric : x.metric)
    for (auto& label : metric.label)
      labels.insert("`" + label.name + "`");
  std::string list;
  for (auto& label : labels)
    list += (list.empty() ? "" : ", ") + label;
  return "| `" + x.name + "` | " + type_name(x.type) + " | " + list + " | " + x.help + " |\n";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(run_metrics_suite, metrics_fixture)

BOOST_AUTO_TEST_CASE(runs_and_steps_are_counted_by_how_they_ended) {
  run("{'type': 'echo'}, {'type': 'echo', 'when': 'false'}");
  run("{'type': 'fail'}");
  BOOST_TEST(says("troupe_runs_total{flow=\"test\",status=\"succeeded\"} 1"));
  BOOST_TEST(says("troupe_runs_total{flow=\"test\",status=\"failed\"} 1"));
  BOOST_TEST(says("troupe_run_duration_seconds_count{flow=\"test\"} 2"));
  BOOST_TEST(says("troupe_runs_in_progress{flow=\"test\"} 0"));
  BOOST_TEST(says("troupe_steps_total{kind=\"echo\",status=\"succeeded\"} 1"));
  BOOST_TEST(says("troupe_steps_total{kind=\"echo\",status=\"skipped\"} 1"));
  BOOST_TEST(says("troupe_steps_total{kind=\"fail\",status=\"failed\"} 1"));
  BOOST_TEST(says("troupe_step_duration_seconds_count{kind=\"echo\"} 1")); // skipped: took no time
  BOOST_TEST(says("troupe_steps_in_progress{kind=\"echo\"} 0"));
}

BOOST_AUTO_TEST_CASE(a_retried_step_is_one_step_and_its_bill_is_counted_once) {
  run("{'type': 'flaky', 'retry': {'attempts': 3, 'initial': '1ms'}}, {'type': 'dear'}");
  BOOST_TEST(says("troupe_retries_total{kind=\"flaky\"} 2"));
  BOOST_TEST(says("troupe_steps_total{kind=\"flaky\",status=\"succeeded\"} 1"));
  BOOST_TEST(says("troupe_cost_usd_total{flow=\"test\"} 1"));
  BOOST_TEST(says("troupe_tokens_total{flow=\"test\"} 10"));
}

BOOST_AUTO_TEST_CASE(a_batch_is_no_step_of_its_items_kind) {
  run("{'id': 'b', 'type': 'echo', 'batch': {'items': [1, 2, 3]}}");
  BOOST_TEST(says("troupe_steps_total{kind=\"echo\",status=\"succeeded\"} 3"));
  BOOST_TEST(says("troupe_steps_total{kind=\"batch\",status=\"succeeded\"} 1"));
  BOOST_TEST(says("troupe_step_duration_seconds_count{kind=\"echo\"} 3"));
  BOOST_TEST(says("troupe_steps_in_progress{kind=\"batch\"} 0"));
}

BOOST_AUTO_TEST_CASE(backups_cancelled_branches_and_waits_are_counted) {
  run("{'type': 'fail', 'fallback': {'type': 'echo'}}");
  BOOST_TEST(says("troupe_fallbacks_total{kind=\"fail\"} 1"));
  run("{'id': 'g', 'parallel': [{'type': 'fail'}, {'type': 'sleep', 'params': {'for': '1h'}}]}");
  BOOST_TEST(says("troupe_cancelled_total{reason=\"superseded\"} 1"));
  BOOST_TEST(says("troupe_steps_in_progress{kind=\"sleep\"} 0"));
  run("{'parallel': [{'type': 'echo', 'limit': 'one'}, {'type': 'echo', 'limit': 'one'}]}",
      "'limits': {'one': {'concurrency': 1}},");
  BOOST_TEST(says("troupe_limit_waits_total{flow=\"test\"} 1"));
}

BOOST_AUTO_TEST_CASE(what_is_under_way_is_seen_while_it_is) {
  std::promise<void> entered, go;
  runs.engine.steps().add("hold", [&](const step_input&) -> step_output {
    entered.set_value();
    go.get_future().wait();
    return {};
  });
  told = {};
  auto run = runs.engine.submit(runs.nodes("{'type': 'hold'}"));
  entered.get_future().wait();
  while (!says("troupe_steps_in_progress{kind=\"hold\"} 1")) // its event is on the way
    std::this_thread::yield();
  BOOST_TEST(says("troupe_runs_in_progress{flow=\"test\"} 1"));
  auto gauges = load_gauges([&] { return runs.engine.current_load(); });
  auto load = prometheus::TextSerializer{}.Serialize(gauges->Collect());
  BOOST_TEST(load.find("troupe_engine_runs 1\n") != load.npos);
  BOOST_TEST(load.find("troupe_engine_blocking_calls{state=\"waiting\"} 0\n") != load.npos);
  go.set_value();
  told.get_future().wait();
  BOOST_TEST(says("troupe_steps_in_progress{kind=\"hold\"} 0"));
}

BOOST_AUTO_TEST_CASE(one_run_can_be_counted_by_a_listener_of_its_own) {
  prometheus::Registry mine;
  std::promise<void> done;
  auto last = [&](const event& x) {
    if (x.type == event_type::run_finished)
      done.set_value();
  };
  engine_fixture plain;
  plain.engine.run(plain.nodes("{'type': 'echo'}"), {},
                   {.on_event = run_metrics{mine}.for_run(last)});
  done.get_future().wait();
  auto all = prometheus::TextSerializer{}.Serialize(mine.Collect());
  BOOST_TEST(all.find("troupe_runs_total{flow=\"test\",status=\"succeeded\"} 1\n") != all.npos);
}

BOOST_AUTO_TEST_CASE(no_more_than_a_hundred_names_become_labels) {
  observe::label_names names;
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(names.label_for(std::to_string(i)) == std::to_string(i));
  BOOST_TEST(names.label_for("one more") == "other");
  BOOST_TEST(names.label_for("7") == "7");
}

BOOST_AUTO_TEST_CASE(the_page_lists_every_metric) {
  run("{'type': 'flaky', 'retry': {'attempts': 3, 'initial': '1ms'}},"
      "{'type': 'fail', 'fallback': {'type': 'dear'}},"
      "{'parallel': [{'type': 'echo', 'limit': 'one'}, {'type': 'echo', 'limit': 'one'}]},"
      "{'merge': 'first_success', 'parallel': [{'type': 'echo'},"
      " {'type': 'sleep', 'params': {'for': '1h'}}]}",
      "'limits': {'one': {'concurrency': 1}},");
  auto all = registry.Collect();
  for (auto& x : load_gauges([] { return engine_load{}; })->Collect())
    all.push_back(x);
  std::string table;
  for (auto& x : all)
    table += row_of(x);
  auto page = read_text(source_folder() / "docs/observability.md");
  BOOST_TEST(page.find("\n| metric | type | labels | |\n|---|---|---|---|\n" + table + "\n") !=
               page.npos,
             "docs/observability.md lacks:\n"
               << table);
}

BOOST_AUTO_TEST_SUITE_END()
