// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/limiter.hpp"
#include "actors/run.hpp"
#include "store/memory_cache.hpp"
#include "tests/actors/group_fixture.hpp"

namespace troupe::test {

/// A whole run in virtual time: the test plays nobody, and looks at what comes out.
struct run_fixture : node_fixture {
  registry kinds = built_in_kinds();
  nlohmann::json inputs = nlohmann::json::object();
  bool end_when_waiting = false;
  std::vector<event> events;
  std::optional<run_result> result;
  caf::actor worker_actor = sys.spawn(test::worker, 0);
  caf::actor run_under_test;
  std::map<std::string, caf::actor, std::less<>> limits; ///< those of the flow that runs
  std::shared_ptr<result_cache> cache = std::make_shared<memory_cache>(1 << 20);
  duration began{0};

  run_fixture() {
    kinds.add_inline("spend", [](const step_input& in) -> step_output {
      step_output out{in.input};
      out.metrics = in.params.json();
      return out;
    });
    kinds.add_inline("act", [](const step_input& in) -> step_output {
      step_output out{in.input};
      out.action = in.param("action").as_text();
      return out;
    });
  }
  ~run_fixture() {
    caf::anon_send_exit(worker_actor, caf::exit_reason::user_shutdown);
    for (auto& [name, limiter] : limits)
      caf::anon_send_exit(limiter, caf::exit_reason::user_shutdown);
  }

  void start(const std::string& nodes, const std::string& more = "") {
    read(nodes, more, kinds);
    start_again();
  }
  /// The same flow once more.
  void start_again() {
    for (auto& [name, spec] : document->plan()->limits)
      if (!limits.contains(name))
        limits[name] =
          sys.spawn(limiter, name, spec, clock, std::make_shared<std::atomic<size_t>>(0));
    result.reset();
    events.clear();
    began = now();
    run_order order{.flow = document->plan(),
                    .run_id = "r1",
                    .values = std::make_shared<const run_values>(run_values{value{inputs}, {}}),
                    .timer = clock,
                    .pool = worker_actor,
                    .limits = limits,
                    .cache = cache,
                    .fusion = {.is_on = fuses},
                    .end_when_waiting = end_when_waiting,
                    .listeners = {[this](const event& x) { events.push_back(x); }},
                    .deliver = [this](run_result x) { result = std::move(x); },
                    .wall_clock = [] { return wall_time{}; }};
    run_under_test = sys.spawn<run_actor>(std::move(order));
    caf::anon_send(run_under_test, begin_run{});
  }
  void let_run(duration time = {}) {
    scheduler.run();
    scheduler.advance_time(time);
    scheduler.run();
  }
  /// Runs the flow to its end, however long it takes.
  const run_result& run_all(const std::string& nodes, const std::string& more = "") {
    start(nodes, more);
    return finish_all();
  }
  const run_result& finish_all() {
    constexpr auto most_steps = 100'000;
    for (auto i = 0; i < most_steps && !result; ++i)
      if (scheduler.run() == 0 && !scheduler.trigger_timeout())
        break;
    BOOST_REQUIRE_MESSAGE(result, "the run hangs: " + story());
    scheduler.run();
    return *result;
  }

  duration now() {
    return std::chrono::duration_cast<duration>(scheduler.clock().now().time_since_epoch());
  }
  duration lasted() { return now() - began; }
  nlohmann::json output() const { return result->output.json(); }
  const step_result& node(size_t place) const { return *result->tree->children.at(place); }
  /// How often something is told of that node, or of any.
  size_t told(event_type what, const std::string& path = "") const {
    return static_cast<size_t>(std::count_if(events.begin(), events.end(), [&](auto& x) {
      return x.type == what && (path.empty() || x.path == path);
    }));
  }
  std::string story() const {
    std::string text;
    for (auto& x : events)
      text += (text.empty() ? "" : " ") + std::string{to_string(x.type)} +
              (x.path.empty() ? "" : ":" + x.path);
    return text;
  }
};

inline std::string status_of(const run_result& x) { return std::string{to_string(x.status)}; }
inline std::string status_of(const step_result& x) { return std::string{to_string(x.status)}; }
inline std::string code_of(const run_result& x) {
  return x.error ? std::string{to_string(x.error->code)} : "none";
}

} // namespace troupe::test
