// SPDX-License-Identifier: Apache-2.0
#include "config/suggest.hpp"
#include "engine/handle_state.hpp"
#include "engine/moment.hpp"
#include "messages/run_protocol.hpp"

#include <caf/send.hpp>

namespace troupe {

void deliver(run_handle::state& x, run_result result) {
  std::function<void(run_result)> tell;
  caf::actor run; // let go of outside of the lock
  {
    std::lock_guard guard{x.mutex};
    x.result = result;
    std::swap(x.run, run);
    std::swap(x.on_end, tell);
    x.ended.notify_all();
  }
  if (tell)
    tell(std::move(result));
}

const std::string& run_handle::id() const { return state_->id; }

void run_handle::cancel() const {
  std::lock_guard guard{state_->mutex};
  if (state_->run)
    caf::anon_send<caf::message_priority::high>(state_->run, cancel_run{});
}

std::optional<error> refusal_of(const plan::flow& flow, const std::string& name,
                                const value& payload) {
  auto [begin, end] = flow.signals.equal_range(name);
  if (begin == end) {
    std::vector<std::string> names;
    for (auto& [known, signal] : flow.signals)
      names.push_back(known);
    auto hint = config::did_you_mean(name, names);
    return error{.code = errc::invalid_input,
                 .message = "no node waits for the signal \"" + name + "\"" +
                            (hint.empty() ? "" : "; " + hint)};
  }
  std::string problem;
  for (auto one = begin; one != end; ++one) {
    problem = one->second.schema ? one->second.schema->problem_of(payload) : "";
    if (problem.empty())
      return {};
  }
  return error{.code = errc::invalid_input, .message = "signal \"" + name + "\": " + problem};
}

expected<void> run_handle::signal(const std::string& name, value payload) const {
  if (state_->flow)
    if (auto why = refusal_of(*state_->flow, name, payload))
      return unexpected{*why};
  std::lock_guard guard{state_->mutex};
  if (!state_->run)
    return failure(errc::closed, "the run has ended");
  caf::anon_send(state_->run, send_signal{name, std::move(payload)});
  return {};
}

void run_handle::wait() const {
  std::unique_lock guard{state_->mutex};
  state_->ended.wait(guard, [this] { return state_->result.has_value(); });
}

bool run_handle::wait_for(duration limit) const {
  std::unique_lock guard{state_->mutex};
  return state_->ended.wait_until(guard, moment_after(limit),
                                  [this] { return state_->result.has_value(); });
}

run_result run_handle::result() const {
  wait();
  std::lock_guard guard{state_->mutex};
  return *state_->result;
}

} // namespace troupe
