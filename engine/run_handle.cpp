// SPDX-License-Identifier: Apache-2.0
#include "engine/handle_state.hpp"
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

void run_handle::wait() const {
  std::unique_lock guard{state_->mutex};
  state_->ended.wait(guard, [this] { return state_->result.has_value(); });
}

bool run_handle::wait_for(duration limit) const {
  std::unique_lock guard{state_->mutex};
  return state_->ended.wait_for(guard, limit, [this] { return state_->result.has_value(); });
}

run_result run_handle::result() const {
  wait();
  std::lock_guard guard{state_->mutex};
  return *state_->result;
}

} // namespace troupe
