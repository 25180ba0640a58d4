// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/context.hpp"
#include "troupe/duration.hpp"
#include "troupe/error.hpp"
#include "troupe/event.hpp"
#include "troupe/expected.hpp"
#include "troupe/export.hpp"
#include "troupe/value.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace troupe {

/// What a running step may ask of the engine. Usable from any thread, also after the step has
/// ended.
class TROUPE_EXPORT step_host {
public:
  virtual ~step_host() = default;
  virtual const std::string& run_id() const = 0;
  virtual const std::string& path() const = 0;
  virtual int attempt() const = 0; ///< 1 for the first try
  /// The same over all attempts of one node in one run: for services that can drop repeats.
  virtual std::string idempotency_key() const = 0;
  virtual void report(event_type type, nlohmann::json data) const = 0;
  /// Tells budgets what the step has cost by now, in total; null or an object of numbers.
  virtual void spend(const nlohmann::json& in_total) const = 0;
  /// Runs the jq program that the document gives in param `name` (of `format: jq`) over `input`.
  /// May take long: only for plain steps. Ends on a stop request. Fails with expression_failed.
  virtual expected<value> evaluate(const std::string& name, const value& input) const = 0;
};

/// What a step function is given.
struct step_input {
  value params;            ///< templates resolved; an object
  value input;             ///< what the node received: the previous output, or its `input`
  troupe::context context; ///< as it was when the step started
  std::stop_token stop;    ///< poll it: nothing can interrupt C++ code
  std::shared_ptr<const step_host> host;

  /// A param, or null.
  value param(std::string_view name) const { return params.find(name).value_or(value{}); }
  /// What it has cost so far, in total, such as `{"cost_usd": 0.01}`: a budget that is exceeded
  /// stops the step at once. Its answer tells the whole again.
  void spent(const nlohmann::json& in_total) const { host->spend(in_total); }
  void progress(nlohmann::json data) const { host->report(event_type::step_progress, data); }
  void stream(std::string text) const {
    host->report(event_type::step_output, {{"text", std::move(text)}});
  }
  void log(std::string level, std::string message) const {
    host->report(event_type::step_log,
                 {{"level", std::move(level)}, {"message", std::move(message)}});
  }
};

/// What a step function answers. From anything that JSON can be made of; `{{"words", 3}}` is an
/// object, as with nlohmann::json.
struct step_output {
  step_output() = default;
  step_output(value x) : output{std::move(x)} {}
  step_output(const char* text) : output{text} {}
  step_output(std::string text) : output{nlohmann::json(std::move(text))} {}
  step_output(nlohmann::json x) : output{std::move(x)} {}
  step_output(nlohmann::json::initializer_list_t x) : output{nlohmann::json(x)} {}

  value output;
  troupe::changes changes;       ///< of the context
  nlohmann::json metrics;        ///< null or an object of numbers: `cost_usd`, `tokens`, …
  nlohmann::json metadata;       ///< null or an object: facts that do not add up
  std::optional<double> quality; ///< for `best_quality`
  std::string action;            ///< which entry of `next`, or which edge, to take; empty: default
};

/// How an asynchronous step answers: once, from any thread. The first answer counts, later ones are
/// ignored. A promise of which every copy is dropped without an answer fails the step.
class TROUPE_EXPORT promise {
public:
  struct channel;
  explicit promise(std::shared_ptr<channel> x) : channel_{std::move(x)} {}
  /// The step has succeeded.
  void succeed(step_output output) const;
  /// The step has failed.
  void fail(const step_error& why) const;
  /// Answers when that much time has passed, holding no thread. A cancel is answered at once.
  void succeed_after(duration delay, step_output output) const;

private:
  std::shared_ptr<channel> channel_;
};

/// May block and may throw: runs on the blocking pool.
using plain_fn = std::function<step_output(const step_input&)>;
/// Starts the work and returns at once; may throw. Answers through the promise. On a stop request
/// it stops and answers; it is abandoned when that takes longer than 3 s. What it does when it
/// starts, and in a stop callback, must not block: the steps beside it wait meanwhile.
using async_fn = std::function<void(const step_input&, promise)>;

/// A short function that never blocks: runs where the group around it does, without a hand-over.
struct inline_fn {
  plain_fn run;
};

} // namespace troupe
