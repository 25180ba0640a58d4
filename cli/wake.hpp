// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace troupe::cli {

/// A descriptor that other threads make readable.
class wake {
public:
  wake();
  ~wake();
  wake(const wake&) = delete;
  wake& operator=(const wake&) = delete;

  int fd() const { return fd_; }
  void up() const;
  void clear() const;
  void wait() const; ///< until it is up
  /// Whether it is up by then.
  bool wait_for(std::chrono::milliseconds limit) const;

private:
  int fd_;
};

} // namespace troupe::cli
