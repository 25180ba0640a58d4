// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/work_protocol.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace troupe {

/// Threads for what may block. They come when there is work that no idle one takes, and go when
/// they have been idle for a while.
class thread_pool {
public:
  explicit thread_pool(size_t most_threads) : most_{most_threads} {}
  /// Runs what still queues, and waits for it.
  ~thread_pool();

  /// Queues a job. If every thread is held by an abandoned job, all that queue are refused.
  void submit(std::shared_ptr<job> x);
  /// A job has been abandoned: maybe it was the last hope of those that queue.
  void check();

  /// Whether the caller is one of these threads.
  bool is_inside() const;

  struct load {
    size_t running, waiting; ///< jobs
  };
  load current_load() const;

private:
  struct worker {
    std::thread thread;
    std::shared_ptr<job> current = {};
    bool has_left = false;
  };
  void work(worker& me);
  void reap();
  std::deque<std::shared_ptr<job>> start_worker();
  std::deque<std::shared_ptr<job>> take_hopeless();
  static void refuse(const std::deque<std::shared_ptr<job>>& all);

  const size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<std::shared_ptr<job>> queue_;
  std::list<worker> workers_;
  size_t idle_ = 0;
  bool closing_ = false;
};

} // namespace troupe
