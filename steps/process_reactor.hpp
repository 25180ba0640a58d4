// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"
#include "troupe/errc.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::steps {

struct process_request {
  std::vector<std::string> argv;
  std::vector<std::string> env; ///< `NAME=text`
  std::string cwd;              ///< empty: the engine's own
  std::string stdin_text;
};

struct process_result {
  enum class ending : uint8_t { exited, signalled, not_started, too_large, stopped };
  ending how = ending::exited;
  int code = 0;             ///< exit code or signal
  std::string problem = {}; ///< of not_started
  std::string out = {}, err = {};
};

/// Runs processes for any number of steps with one thread of its own: each in a process group,
/// watched through a pidfd, its pipes read as they fill. A process has ended when it has been
/// reaped and nothing of its group is left.
class process_reactor {
public:
  using id = uint64_t;
  using on_end = std::function<void(process_result)>;

  explicit process_reactor(size_t max_processes);
  ~process_reactor();
  process_reactor(const process_reactor&) = delete;
  process_reactor& operator=(const process_reactor&) = delete;

  /// Queues a process; `done` is called once, in the reactor's thread.
  id start(process_request order, on_end done);
  /// Ends it: TERM to its group, KILL after 2 s. Unknown ids have ended already.
  void stop(id which);

private:
  class loop;
  size_t most_;
  std::once_flag is_started_;  // its thread begins with the first process
  std::shared_ptr<loop> loop_; // the thread has a share too
};

} // namespace troupe::steps
