// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/random_flow.hpp"
#include "tests/property/stage.hpp"
#include "tests/support/actor_fixture.hpp"
#include "troupe/event.hpp"
#include "troupe/run.hpp"

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace troupe::test {

/// A flow, and what happens to it.
struct scenario {
  document flow;
  uint64_t order = 0;                      ///< seed of the order of messages
  std::optional<size_t> cancel_after = {}; ///< so many messages; nothing: only if all hangs
};

/// What came of a scenario.
struct performance {
  std::string refusal = {}; ///< why the document is no flow
  std::optional<run_result> result = {};
  std::vector<event> events = {};
  std::vector<call_record> calls = {};
  /// Results as parents were told, in order: also of items, of which the tree has only failures.
  std::vector<std::shared_ptr<const step_result>> ended = {};
  bill spent = {};
  std::optional<duration> cancelled_at = {}; ///< since the run began
  size_t starts = 0, answers = 0;            ///< messages: `start`, and `finished` from a child
  size_t left_alive = 0;                     ///< actors
  size_t held = 0;                           ///< permits that did not come back
  bool is_endless = false;
  std::string trace = {}; ///< every message, event, and the result
};

/// Runs flows on the engine's actors in virtual time, which passes only when nobody has mail. Which
/// of the actors with mail is next is a matter of chance; mail between two actors stays in order.
class simulation : actor_fixture {
public:
  simulation();
  ~simulation();
  performance run(const scenario& x);

private:
  void begin(const document& flow, performance& out);
  void play(const scenario& x, performance& out);
  bool run_one(std::mt19937_64& random, performance& out);
  void cancel(performance& out);
  void close_limits(performance& out);
  void finish(performance& out);
  duration now();

  registry kinds_;
  stage stage_;
  caf::actor clock_, pool_, stagehand_, run_;
  std::map<std::string, caf::actor, std::less<>> limits_;
  caf::abstract_actor* current_ = nullptr; ///< whose message is handled
  caf::actor_clock::time_point began_;
};

} // namespace troupe::test
