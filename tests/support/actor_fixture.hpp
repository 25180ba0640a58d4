// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/reduce_protocol.hpp"
#include "messages/run_protocol.hpp"
#include "messages/step_protocol.hpp"
#include "messages/timer_protocol.hpp"
#include "messages/work_protocol.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/abstract_actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/deep_to_string.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include <source_location>

namespace troupe::test {

using where = std::source_location;

/// Actors under a scheduler that does nothing until told, and a clock that stands still until
/// moved.
class actor_fixture {
public:
  caf::actor_system_config cfg;
  caf::actor_system sys{deterministic(cfg)};
  caf::scheduler::test_coordinator& scheduler =
    dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());

  ~actor_fixture() {
    scheduler.run();
    BOOST_TEST(alive() == 0u, "actors are left alive");
    sys.await_actors_before_shutdown(false); // a failed test must not hang
  }

  /// Requires that a T from `from` (null: from anybody) is what `to` handles next, lets `to` handle
  /// it and nothing else, and returns it.
  template <class T>
  T expect(const caf::actor& from, const caf::actor& to, where at = where::current()) {
    auto next = caf::actor_cast<caf::abstract_actor*>(to)->peek_at_next_mailbox_element();
    require(next != nullptr, at, "no message");
    require(next->content().match_elements<T>(), at, next->content());
    require(!from || next->sender == from, at, "wrong sender");
    auto got = next->content().template get_as<T>(0);
    require(scheduler.prioritize(to), at, "not ready to run");
    scheduler.run_once();
    return got;
  }

  /// Sends in the name of `from`, and lets `to` handle it.
  template <class T>
  void deliver(const caf::actor& from, const caf::actor& to, const T& what,
               where at = where::current()) {
    caf::send_as(from, to, what);
    expect<T>(from, to, at);
  }

  /// Requires that no actor has mail. (A job may stay queued after its last message.)
  void expect_nothing(where at = where::current()) {
    for (auto job : scheduler.jobs)
      if (auto next = dynamic_cast<caf::abstract_actor&>(*job).peek_at_next_mailbox_element())
        require(false, at, next->content());
  }

  size_t alive() { return sys.registry().running(); }

private:
  static caf::actor_system_config& deterministic(caf::actor_system_config& x) {
    x.set("scheduler.policy", caf::atom("testing"));
    x.set("logger.file-verbosity", caf::atom("quiet"));
    return x;
  }

  template <class T>
  static void require(bool condition, where at, const T& found) {
    BOOST_REQUIRE_MESSAGE(condition,
                          "line " << at.line() << ": unexpected: " << caf::deep_to_string(found));
  }
};

/// Takes everything and says nothing: the test speaks for it.
class puppet : public caf::event_based_actor {
public:
  using event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    set_default_handler( // `caf::drop` would answer
      [](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
        return caf::message{};
      });
    return {[](const start&) {}};
  }
};

/// In place of the engine's threads: runs each job at once.
inline caf::behavior worker(caf::event_based_actor*, int /*CAF wants an argument*/) {
  return {[](const work& x) { x.job->run(); }, [](const gave_up&) {}};
}

} // namespace troupe::test
