// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/live_state.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace troupe::cli {

/// Keeps the last lines of a terminal up to date while a run goes on. What else is to be said goes
/// above them. Any thread may use it.
class live_display {
public:
  /// `fd`: a terminal.
  live_display(const flow& x, int fd);
  ~live_display();
  live_display(const live_display&) = delete;
  live_display& operator=(const live_display&) = delete;

  void take(const event& x);
  /// Above the lines, for good.
  void say(const std::string& text);
  /// Takes the lines away, for good.
  void close();

private:
  void draw();
  std::string erased() const;

  int fd_;
  std::mutex mutex_; // for all below
  live_state state_;
  std::vector<std::string> shown_;
  bool closed_ = false;
  std::condition_variable closing_;
  std::thread ticker_; // last: it uses the others
};

} // namespace troupe::cli
