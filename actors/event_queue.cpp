// SPDX-License-Identifier: Apache-2.0
#include "actors/event_queue.hpp"

#include <caf/send.hpp>

namespace troupe {

namespace {

class delivery final : public job {
public:
  explicit delivery(std::shared_ptr<event_queue> queue) : queue_{std::move(queue)} {}
  void run() noexcept override { queue_->drain(); }
  void refuse(const error&) override { queue_->drain(); } // rather late than never

private:
  std::shared_ptr<event_queue> queue_;
};

bool may_be_dropped(const event& x) {
  return x.type == event_type::step_output || x.type == event_type::step_progress;
}

} // namespace

void event_queue::push(event x) {
  std::lock_guard guard{mutex_};
  if (waiting_.size() >= most_waiting && may_be_dropped(x)) {
    ++dropped_;
    return;
  }
  if (auto count = std::exchange(dropped_, 0); count > 0)
    waiting_.push_back({.number = ++last_number_,
                        .type = event_type::events_dropped,
                        .time = x.time,
                        .data = {{"count", count}}});
  x.number = ++last_number_;
  waiting_.push_back(std::move(x));
  if (!std::exchange(is_draining_, true))
    caf::anon_send(pool_, work{std::make_shared<delivery>(shared_from_this())});
}

/// Neither the run nor another listener depends on who listens to it.
void event_queue::tell(const event& x) const {
  for (auto& listener : listeners_)
    try {
      listener(x);
    } catch (...) {
    }
}

void event_queue::drain() {
  std::unique_lock guard{mutex_};
  while (!waiting_.empty()) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    guard.unlock();
    tell(next);
    guard.lock();
  }
  is_draining_ = false;
}

} // namespace troupe
