// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/reducer.hpp"
#include "actors/supervisor.hpp"
#include "actors/timer.hpp"
#include "config/scope.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/flows.hpp"

#include <caf/system_messages.hpp>

namespace troupe::test {

/// A flow whose first node is under test: the test plays its parent, its children, the run and the
/// pool.
struct node_fixture : actor_fixture {
  caf::actor parent = sys.spawn<puppet>();
  caf::actor run = sys.spawn<puppet>();
  caf::actor pool = sys.spawn<puppet>();
  caf::actor clock = sys.spawn(timer, duration{std::chrono::milliseconds{1}});
  std::optional<flow> document;
  shared_services services;
  bool fuses = true; ///< see `fusion_rules`

  ~node_fixture() { caf::anon_send_exit(clock, caf::exit_reason::user_shutdown); }

  /// The first node of a flow with these nodes.
  const plan::node& read(const std::string& nodes, const std::string& more = "") {
    return read(nodes, more, built_in_kinds());
  }

  const plan::node& read(const std::string& nodes, const std::string& more, const registry& kinds) {
    document = must_parse("{'troupe': 1, " + more + " 'pipeline': [" + nodes + "]}", kinds);
    auto made = std::make_shared<run_services>();
    made->flow = document->plan();
    made->run_id = "r1";
    made->run = run;
    made->timer = clock;
    made->pool = pool;
    made->context_rules = &made->flow->context_rules;
    made->fusion.is_on = fuses;
    made->completions = std::make_shared<std::atomic<uint64_t>>(0);
    services = made;
    auto& root = document->plan()->root.body;
    auto list = std::get_if<plan::sequence>(&root);
    return list ? list->children.front() : std::get<plan::graph>(root).nodes.front();
  }

  start order(value input = nlohmann::json("in"), context where = {}) const {
    auto values =
      std::make_shared<const run_values>(run_values{value{nlohmann::json::object()}, {}});
    return {7, std::move(input),
            std::make_shared<const scope>(scope{values, std::move(where), {}})};
  }

  finished expect_answer(const caf::actor& from, where at = where::current()) {
    auto reply = expect<finished>(from, parent, at);
    BOOST_TEST(reply.attempt == 7u);
    expect_nothing(at);
    return reply;
  }
};

inline shared_result success(std::string path, nlohmann::json output, double cost = 0) {
  step_result x{.path = path, .name = path, .output = value{std::move(output)}};
  if (cost > 0)
    x.metrics = *metrics::from({{"cost_usd", cost}});
  return std::make_shared<const step_result>(std::move(x));
}

inline shared_result failure_of(std::string path, std::string message, double cost = 0,
                                errc code = errc::step_failed) {
  step_result x{.path = path, .name = path, .status = status::failed};
  x.error = error{.code = code, .message = std::move(message), .path = path};
  if (cost > 0)
    x.metrics = *metrics::from({{"cost_usd", cost}});
  return std::make_shared<const step_result>(std::move(x));
}

inline shared_result stopped(std::string path, double cost = 0) {
  auto x = *failure_of(std::move(path), "stopped", cost, errc::cancelled);
  x.status = status::cancelled;
  return std::make_shared<const step_result>(std::move(x));
}

inline double cost_of(const step_result& x) { return x.metrics.json().value("cost_usd", 0.0); }

/// A supervisor whose children, two puppets by default, the test plays.
struct group_fixture : node_fixture {
  std::vector<caf::actor> children{sys.spawn<puppet>(), sys.spawn<puppet>(), sys.spawn<puppet>()};
  caf::actor &a = children[0], &b = children[1], &c = children[2];
  std::optional<cancel> early;
  std::unique_ptr<policy> own_policy; ///< in place of the node's
  caf::actor group;

  group_fixture() { fuses = false; } // or else no child would need an actor

  /// Spawns the node's actor with puppets for children, and delivers the order.
  void start_group(const plan::node& node, value input = nlohmann::json("in"), context where = {});

  void start_parallel(const std::string& more = "") {
    start_group(
      read("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}]" +
           more + "}"));
  }
  void start_fallback(const std::string& more = "") {
    start_group(
      read("{'id': 'g', 'type': 'echo'" + more + ", 'fallback': {'id': 'b', 'type': 'echo'}}"));
  }
  /// The attempt that the child was started with.
  attempt_id expect_start(const caf::actor& child, where at = where::current()) {
    return expect<start>(group, child, at).attempt;
  }
  void expect_cancel(const caf::actor& child, attempt_id attempt, stop_reason why,
                     where at = where::current()) {
    auto got = expect<cancel>(group, child, at);
    BOOST_TEST(got.attempt == attempt);
    BOOST_TEST((got.reason == why));
  }
  void finish_child(const caf::actor& child, attempt_id attempt, shared_result how,
                    changes delta = {}, where at = where::current()) {
    deliver(child, group, finished{attempt, std::move(how), std::move(delta)}, at);
  }
  caf::actor reducer_of_group() { return caf::actor_cast<supervisor_actor*>(group)->state.reducer; }
  /// Lets time pass until the group's alarm rings.
  void ring(duration time, where at = where::current()) {
    scheduler.advance_time(time);
    expect<tick>(clock, clock, at);
    expect<expired>(clock, group, at);
  }
  /// Lets the timer take what the group asked of it.
  template <class T>
  void expect_at_clock(where at = where::current()) {
    expect<T>(group, clock, at);
  }
};

} // namespace troupe::test
