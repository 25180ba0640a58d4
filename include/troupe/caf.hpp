// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/engine.hpp"
#include "troupe/export.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/sec.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>

// For services that have a CAF system of their own. The only header with CAF in it.
namespace troupe {

/// To be called on the configuration of a system before it is made: messages of this header then
/// cross nodes, and blocking calls of an engine from inside of that system's actors are refused
/// (`would_block`) instead of holding one of its threads.
TROUPE_EXPORT void add_message_types(caf::actor_system_config& config);

/// A value in a message: shared inside of a process, JSON between them. Not read if it is nested
/// deeper than 256 levels.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, value& x) {
  std::string text;
  if constexpr (Inspector::reads_state)
    text = x.dump();
  auto load = [&]() -> caf::error {
    auto read = value::parse(text); // which keeps the depth within bounds
    if (!read)
      return caf::make_error(caf::sec::unexpected_message);
    x = std::move(*read);
    return caf::none;
  };
  return f(text, caf::meta::load_callback(load));
}

/// Engine to an actor that is a step: do this.
struct step_request {
  std::string run_id = {}, path = {};
  std::string idempotency_key = {}; ///< the same over all attempts of one node in one run
  int32_t attempt = 1;
  value params = {}; ///< templates resolved; an object
  value input = {};  ///< what the node received
};

/// That actor to the engine: it is done. An error in its place fails the step (`step_failed`).
struct step_reply {
  value output = {};
  value metrics = {};  ///< null or an object of numbers
  value metadata = {}; ///< null or an object
  std::string action = {};
};

/// Engine to that actor, if it wants to know: nobody waits for the answer any more.
struct step_cancel {
  std::string idempotency_key = {};
};

/// Anybody to a flow's actor: run it with these inputs, and answer with a run_reply.
struct run_request {
  value inputs = {};
  std::string run_id = {}; ///< empty: a new one
};

/// A flow's actor to who asked.
struct run_reply {
  value result = {}; ///< as `as_value(run_result)` gives it, without the outputs of nodes
};

/// A run to an actor that listens to its events.
struct run_event {
  std::string run_id = {};
  value event = {}; ///< `{"number", "event", "time", "path", "data"}`
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, step_request& x) {
  return f(x.run_id, x.path, x.idempotency_key, x.attempt, x.params, x.input);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, step_reply& x) {
  return f(x.output, x.metrics, x.metadata, x.action);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, step_cancel& x) {
  return f(x.idempotency_key);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, run_request& x) {
  return f(x.inputs, x.run_id);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, run_reply& x) {
  return f(x.result);
}
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, run_event& x) {
  return f(x.run_id, x.event);
}

/// Whether an actor that is a step is told that nobody waits for its answer any more.
enum class on_cancel : uint8_t { say_nothing, send_step_cancel };

/// A kind whose steps ask an actor, local or remote: it gets a step_request and answers with a
/// step_reply. When the step is cancelled or times out, it ends at once and the answer is dropped.
/// An actor that goes down, or cannot be reached any more, fails the step (`crashed`). In a
/// rehearsal such a step needs a stand-in.
TROUPE_EXPORT step_kind actor_step(std::string name, caf::actor to,
                                   on_cancel when_cancelled = on_cancel::say_nothing);

/// The same with a typed actor.
template <class... Signatures>
step_kind actor_step(std::string name, const caf::typed_actor<Signatures...>& to,
                     on_cancel when_cancelled = on_cancel::say_nothing) {
  return actor_step(std::move(name), caf::actor_cast<caf::actor>(to), when_cancelled);
}

/// An actor that runs the flow for each run_request, any number at once, and answers with a
/// run_reply. Cancels the runs of who goes down before the answer, and all of them when it is told
/// to exit. Ends with the engine at the latest.
TROUPE_EXPORT caf::actor spawn_flow(engine& by, const flow& x);

/// For `run_options::on_event`: sends each event of the run to an actor, as a run_event.
TROUPE_EXPORT event_listener events_to(caf::actor listener);

} // namespace troupe
