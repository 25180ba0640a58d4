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

void carry_meta(const plan::node& node, step_result& x) {
  if (!node.meta.is_null())
    x.metadata["meta"] = node.meta;
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

step_result child_actor::blank() const {
  step_result x{.path = path_, .name = node_.id, .type = node_.type};
  x.started_at = services_->wall_time_of(started_);
  x.duration = clock().now() - started_;
  x.worker = services_->worker;
  if (order_ && order_->waited.count() > 0)
    x.metadata["waited_ms"] = value{nlohmann::json(to_ms(order_->waited))};
  carry_meta(node_, x);
  return x;
}

step_result child_actor::failed(error why) const {
  auto x = blank();
  x.status = status::failed;
  if (why.path.empty())
    why.path = path_;
  x.error = std::move(why);
  return x;
}

step_result child_actor::cancelled() const {
  auto x = failed({.code = errc::cancelled, .message = "cancelled from above"});
  x.status = status::cancelled;
  return x;
}

void child_actor::answer(step_result result, changes delta, left_results results, undo_log undo) {
  owes_ = false;
  hide_secrets(result);
  finished end{order_->attempt, std::make_shared<const step_result>(std::move(result)),
               std::move(delta), std::move(results), std::move(undo)};
  if (services_->recorder && is_recorded() && end.result->status != status::cancelled)
    send(services_->recorder, recorded{path_, end});
  send(parent_, std::move(end));
  quit();
}

void child_actor::tell_paused(bool is_paused) { send(parent_, paused{order_->attempt, is_paused}); }

undo_log child_actor::completed_with(const step_result& x) const {
  if (node_.undo.empty() || !x.success())
    return {};
  auto where = *order_->scope;
  where.names = where.names.set(node_.undo_result, x.output);
  return {std::make_shared<const completed>(
    completed{&node_.undo.front(), path_, services_->worker, x.output,
              std::make_shared<const scope>(std::move(where)), ++*services_->completions})};
}

void child_actor::hide_secrets(step_result& x) const {
  if (services_->secrets)
    services_->secrets->clean(x);
}

void child_actor::tell(event_type type, const std::string& path, nlohmann::json data) {
  if (services_->has_listeners)
    send(services_->run, note{type, path, std::move(data)});
}

void child_actor::set_alarm(attempt_id attempt, duration after) {
  send(services_->timer, troupe::set_alarm{attempt, after});
}

void child_actor::on_exit() {
  if (owes_)
    answer(failed({.code = errc::crashed,
                   .message = "went down without an answer" +
                              (crash_.empty() ? std::string{} : ": " + crash_)}));
  parent_ = nullptr;
  services_ = nullptr;
}

} // namespace troupe
