// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/work_protocol.hpp"
#include "troupe/event.hpp"

#include <caf/actor.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe {

/// Brings a run's events to its listeners: in order, one at a time, in a thread of the pool, so
/// that a slow listener holds up nobody else. Numbers them. When too many wait, streamed text and
/// progress are left out, and the listeners are told how many.
class event_queue : public std::enable_shared_from_this<event_queue> {
public:
  event_queue(std::vector<event_listener> listeners, caf::actor pool, std::shared_ptr<void> lease)
    : lease_{std::move(lease)}, listeners_{std::move(listeners)}, pool_{std::move(pool)} {}

  void push(event x);
  /// Delivers what waits; called by the job that `push` orders.
  void drain();

private:
  static constexpr size_t most_waiting = 10'000;

  void tell(const event& x) const;

  std::shared_ptr<void> lease_; // first, so that it goes last: listeners are user code
  std::vector<event_listener> listeners_;
  caf::actor pool_;
  std::mutex mutex_;
  std::deque<event> waiting_;
  uint64_t last_number_ = 0;
  size_t dropped_ = 0; // since the last one that was delivered
  bool is_draining_ = false;
};

} // namespace troupe
