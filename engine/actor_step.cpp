// SPDX-License-Identifier: Apache-2.0
#include "actors/exceptions.hpp"
#include "messages/allow_unsafe.hpp"
#include "troupe/caf.hpp"

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

#include <functional>
#include <optional>
#include <stop_token>

namespace troupe {

/// Stop token to errand: nobody waits for the answer any more.
struct stop_asked {};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_asked)

namespace troupe {

namespace {

struct errand_state {
  static inline const char* name = "troupe.errand";
  std::optional<std::stop_callback<std::function<void()>>> hook;
};

using errand_actor = caf::stateful_actor<errand_state>;

step_request request_from(const step_input& in) {
  return {.run_id = in.host->run_id(),
          .path = in.host->path(),
          .idempotency_key = in.host->idempotency_key(),
          .attempt = in.host->attempt(),
          .params = in.params,
          .input = in.input};
}

step_output output_from(const step_reply& x) {
  step_output out{x.output};
  out.metrics = x.metrics.json();
  out.metadata = x.metadata.json();
  out.action = x.action;
  return out;
}

step_error crashed(const caf::error& why) {
  return {errc::crashed, "the actor went down without an answer: " + caf::to_string(why)};
}

step_error failure_from(const caf::error& why) {
  if (why == caf::sec::request_receiver_down || why == caf::sec::runtime_error)
    return crashed(why);
  if (why == caf::sec::unexpected_response)
    return {errc::invalid_output, "the actor did not answer with a step_reply"};
  if (why == caf::sec::unexpected_message)
    return {errc::invalid_output, "the actor does not understand a step_request"};
  return {errc::step_failed, caf::to_string(why)};
}

void leave(errand_actor* self) {
  self->state.hook.reset(); // it holds this actor
  self->quit();
}

/// Asks the actor, and answers the promise with what it says.
caf::behavior errand(errand_actor* self, const caf::actor& to, const step_input& in,
                     const promise& answer, on_cancel when_cancelled) {
  end_without_printing(self);
  auto request = request_from(in);
  auto stop = [me = caf::actor{self}] { caf::anon_send(me, stop_asked{}); };
  self->state.hook.emplace(in.stop, std::move(stop));
  self->set_down_handler([=](const caf::down_msg& end) { // behind an answer, if it gave one
    answer.fail(crashed(end.reason));
    leave(self);
  });
  self->monitor(to); // a request that it has taken is not bounced when it goes down
  self->request(to, caf::infinite, request)
    .then(
      [=](const step_reply& x) {
        answer.succeed(output_from(x));
        leave(self);
      },
      [=](const caf::error& why) {
        answer.fail(failure_from(why));
        leave(self);
      });
  return {[=, key = request.idempotency_key](stop_asked) {
    if (when_cancelled == on_cancel::send_step_cancel)
      self->send(to, step_cancel{key});
    answer.fail({errc::cancelled, "nobody waits for the answer any more"});
    leave(self);
  }};
}

} // namespace

step_kind actor_step(std::string name, caf::actor to, on_cancel when_cancelled) {
  auto run = [to = std::move(to), when_cancelled](const step_input& in, const promise& answer) {
    to->home_system().spawn(errand, to, in, answer, when_cancelled);
  };
  return {.name = std::move(name), .run = async_fn{std::move(run)}, .reaches_outside = true};
}

} // namespace troupe
