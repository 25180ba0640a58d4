// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/work_protocol.hpp"
#include "troupe/event.hpp"

#include <caf/actor.hpp>

#include <deque>
#include <memory>
#include <mutex>

namespace troupe {

/// Brings a run's events to its listener: in order, one at a time, in a thread of the pool, so that
/// a slow listener holds up nobody. Numbers them. When too many wait, streamed text and progress
/// are left out, and the listener is told how many.
class event_queue : public std::enable_shared_from_this<event_queue> {
public:
  event_queue(event_listener listener, caf::actor pool)
    : listener_{std::move(listener)}, pool_{std::move(pool)} {}

  void push(event x);
  /// Delivers what waits; called by the job that `push` orders.
  void drain();

private:
  static constexpr size_t most_waiting = 10'000;

  event_listener listener_;
  caf::actor pool_;
  std::mutex mutex_;
  std::deque<event> waiting_;
  uint64_t last_number_ = 0;
  size_t dropped_ = 0; // since the last one that was delivered
  bool is_draining_ = false;
};

} // namespace troupe
