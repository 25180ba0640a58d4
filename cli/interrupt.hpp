// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

namespace troupe::cli {

/// Takes SIGINT, SIGTERM and SIGHUP in a thread of its own: the first calls what `on_first` was
/// given, the second leaves the process at once with 130; so does the first as long as there is
/// nothing to call. Make it before any other thread, which then takes none of these signals.
class interrupt {
public:
  interrupt();
  ~interrupt();
  interrupt(const interrupt&) = delete;
  interrupt& operator=(const interrupt&) = delete;

  /// What to do at the first one.
  void on_first(std::function<void()> act);
  bool has_come() const { return count_ > 0; }

private:
  struct state;
  std::atomic<int> count_ = 0;
  std::unique_ptr<state> state_;
  std::thread thread_;
};

} // namespace troupe::cli
