// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"

#include <caf/actor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

/// What stand-in steps have spent: thousandths of a dollar, answers, and tokens.
struct bill {
  int64_t mils = 0;
  int64_t calls = 0;
  int64_t tokens = 0;
  bill& operator+=(const bill& x);
  friend bool operator==(const bill&, const bill&) = default;
};

bill bill_of(const metrics& x);
bill bill_of(const nlohmann::json& metrics);
std::string to_string(const bill& x);

/// A number that differs for different inputs, so that wrong wiring shows.
int64_t digest(const nlohmann::json& input);

/// What a stand-in step answers when its params say nothing else.
nlohmann::json default_output(const std::string& path, const nlohmann::json& input, int tries);

/// What it says of where to go on: always the same, or by chance of its input.
std::string action_of(const nlohmann::json& params, const nlohmann::json& input);

/// One time that a stand-in step was called.
struct call_record {
  std::string path;
  int tries;
  duration at;
  nlohmann::json input, context;
  // Begins and ends of all calls have numbers of one row; those of which nobody sees the end seem
  // to end at once.
  size_t begun = 0, ended = 0;
  std::optional<duration> until = {}; ///< nothing: nobody saw the end
  std::optional<duration> billed_at = {};
  bill spent = {};
};

/// Where the stand-in steps play. Three kinds: `play` answers through a promise, `quick` at once,
/// `block` on the pool. Their params say what they do:
/// `{"does": "succeed|fail|throw|crash|hang|deaf", "delay_ms", "cost", "fails_first", "code",
/// "retryable", "retry_after", "output", "context", "erases", "quality", "action", "turns",
/// "parked", "tokens", "bill_after_ms"}`. The last says when it tells what it will have spent.
/// `hang` answers nothing until told to stop, `deaf` not even then; `fails_first`: so many tries
/// fail. A step that is stopped is billed, unless it crashes or is deaf. `quick` and `block` know
/// neither delays nor the last three of `does`.
class stage {
public:
  /// What a crash needs: ends the actor that runs now, after a while.
  std::function<void(duration)> kill_current_actor;
  std::function<void(duration, std::function<void()>)> call_later;
  std::function<duration()> now;

  std::vector<call_record> calls;
  bill spent;

  ~stage();
  void add_kinds(registry& kinds);
  /// Forgets what was played, and lets go of promises that nobody keeps.
  void clear();

private:
  struct act;
  void play(const step_input& in, promise answer);
  step_output recite(const step_input& in);
  size_t note(const step_input& in);
  void leave(size_t call);
  void tell_bill(const step_input& in, std::shared_ptr<act> x);
  nlohmann::json pay(const nlohmann::json& params, size_t call);
  step_output success(const step_input& in, size_t call);
  step_error failure(const step_input& in, size_t call);

  size_t row_ = 0; ///< begins and ends of calls
  std::vector<std::shared_ptr<act>> acts_;
};

} // namespace troupe::test
