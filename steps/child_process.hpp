// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "steps/process_reactor.hpp"
#include "steps/unique_fd.hpp"

#include <sys/types.h>

#include <chrono>
#include <optional>

namespace troupe::steps {

/// One process that runs, with our ends of its pipes. Does not block.
class child_process {
public:
  static constexpr size_t most_output = 64u << 20; // bytes of stdout, and of stderr

  /// Starts it in a process group of its own; no descriptor but its three pipes goes along. What
  /// went wrong, or empty.
  std::string start(const process_request& order);

  const unique_fd& pidfd() const { return pidfd_; }
  const unique_fd& in() const { return in_; }
  const unique_fd& out() const { return out_; }
  const unique_fd& err() const { return err_; }

  /// Writes what the pipe takes; closes it when all is written.
  void feed();
  /// Reads what is there; false at its end, or when it is more than may be.
  bool drain(bool is_err);
  bool is_too_large() const { return too_large_; }

  void signal_group(int number) const;
  /// To be called when the pidfd is readable: kills what is left of the group, reaps, reads what is
  /// left.
  process_result reap();

private:
  bool drain(const unique_fd& from, std::string& to);

  pid_t pid_ = -1;
  unique_fd pidfd_, in_, out_, err_;
  std::string to_write_;
  size_t written_ = 0;
  process_result result_;
  bool too_large_ = false;
};

} // namespace troupe::steps
