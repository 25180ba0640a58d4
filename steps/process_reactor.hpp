// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"
#include "troupe/error.hpp"
#include "troupe/expected.hpp"
#include "troupe/value.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::steps {

struct process_request {
  std::vector<std::string> argv;
  std::map<std::string, std::string> env; ///< besides that of the engine's own process
  std::string cwd;                        ///< empty: the engine's own
  value input;                            ///< what it reads; anything but text is written as JSON
  std::function<void()> on_queued;        ///< called at most once, in the reactor's thread
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

  /// Queues a process; `done` is called once, in the reactor's thread. Fails, and calls nothing, if
  /// the system gives no thread or descriptor to watch processes with.
  expected<id> start(process_request order, on_end done);
  /// Ends it: TERM to its group, KILL after 2 s. Unknown ids have ended already.
  void stop(id which);

private:
  class loop;
  size_t most_;
  std::mutex mutex_;           // for the one below
  std::shared_ptr<loop> loop_; // null before the first process; its thread has a share too
};

} // namespace troupe::steps
