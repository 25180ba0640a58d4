// SPDX-License-Identifier: Apache-2.0
#include "actors/child_actor.hpp"

#include "messages/run_protocol.hpp"

#include <caf/sec.hpp>

namespace troupe {

child_actor::child_actor(caf::actor_config& cfg, shared_services services, const plan::node& node,
                         std::string path)
  : event_based_actor{cfg}, services_{std::move(services)}, node_{node}, path_{std::move(path)} {
  // CAF's own handler prints; the parent is told instead.
  set_exception_handler([this](std::exception_ptr& problem) -> caf::error {
    try {
      std::rethrow_exception(problem);
    } catch (const std::exception& why) {
      crash_ = why.what();
    } catch (...) {
      crash_ = "something that is no std::exception";
    }
    return caf::sec::runtime_error;
  });
}

error crash_of(const std::string& what_was_said) {
  return {.code = errc::crashed,
          .message = "went down without an answer" +
                     (what_was_said.empty() ? std::string{} : ": " + what_was_said)};
}

shared_result judged(std::optional<stop_reason> told, const shared_result& x) {
  if (told != stop_reason::timeout || x->status != status::cancelled)
    return x;
  auto late = *x;
  late.status = status::failed;
  late.error = error{.code = errc::timeout, .message = "no answer in time", .path = x->path};
  return std::make_shared<const step_result>(std::move(late));
}

bool child_actor::accept(const start& x) {
  parent_ = caf::actor_cast<caf::actor>(current_sender());
  self_ = caf::actor{this};
  order_ = x;
  started_ = clock().now() - std::chrono::duration_cast<caf::actor_clock::duration_type>(x.waited);
  owes_ = true;
  return early_cancel_ && early_cancel_->attempt == x.attempt;
}

bool child_actor::is_told_to_stop(const cancel& x) {
  if (!order_)
    early_cancel_ = x;
  return order_ && order_->attempt == x.attempt;
}

activation child_actor::current() const {
  return {services_, node_, path_, clock(), started_, order_ ? order_->waited : duration{0}};
}

void child_actor::answer(step_result result, changes delta, left_results results, undo_log undo) {
  answer(std::make_shared<step_result>(std::move(result)), std::move(delta), std::move(results),
         std::move(undo));
}

void child_actor::answer(std::shared_ptr<step_result> result, changes delta, left_results results,
                         undo_log undo) {
  owes_ = false;
  hide_secrets(*result);
  finished end{order_->attempt, std::move(result), std::move(delta), std::move(results),
               std::move(undo)};
  if (services_->recorder && is_recorded() && end.result->status != status::cancelled)
    send(services_->recorder, recorded{path_, end});
  send(parent_, std::move(end));
  quit();
}

void child_actor::tell_paused(bool is_paused) { send(parent_, paused{order_->attempt, is_paused}); }

void child_actor::hide_secrets(step_result& x) const {
  if (services_->secrets)
    services_->secrets->clean(x);
}

void child_actor::tell(event_type type, const std::string& path, nlohmann::json data) {
  if (services_->has_listeners)
    send(services_->run, note{type, path, std::move(data)});
}

void child_actor::set_alarm(attempt_id attempt, duration after) {
  send(services_->timer, troupe::set_alarm{attempt, after, clock().now()});
}

void child_actor::clear_alarm(attempt_id attempt) {
  send(services_->timer, troupe::clear_alarm{attempt});
}

void child_actor::on_exit() {
  if (owes_)
    answer(failed(crash_of(crash_)));
  parent_ = nullptr;
  services_ = nullptr;
  self_ = nullptr;
}

} // namespace troupe
