// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace troupe::test {

/// Where a process is at home that is to be where the test is.
constexpr int same_network = -1;

/// A process of the test: it ends no later than this does, and no later than the test itself.
class process {
public:
  /// `network`: a namespace for it, as a file.
  explicit process(std::vector<std::string> command, int network = same_network);
  /// Kills it if it has not ended, and waits for that.
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  pid_t id() const { return id_; }
  /// Nothing happens if it has ended.
  void signal(int number) const;
  /// Says a line to it, and reads the line that it answers; empty if it ends instead.
  std::string ask(const std::string& line);
  /// The next line of its output; empty if there is none any more.
  std::string read_line();
  /// Waits for its end: its exit code, or 1000 and the number of the signal that ended it.
  int wait();

private:
  pid_t id_ = -1; // -1: has been waited for
  int in_ = -1, out_ = -1;
  std::string unread_;
};

/// Runs a command to its end; it must succeed.
void run_command(std::vector<std::string> command, int network = same_network);

/// Whether any process of the test has not been waited for.
bool is_any_process_left();

/// For what takes its time in other processes.
void pass_time(duration x);

/// Waits until it is so, at most that long; whether it is.
bool becomes_true(duration limit, const std::function<bool()>& what);

} // namespace troupe::test
