// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/cluster.hpp"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

namespace troupe {

/// What a worker is busy with. Counted by those who do it, asked from any thread.
class worker_counts {
public:
  void begin_branch() {
    std::lock_guard guard{mutex_};
    ++load_.running;
  }
  void end_branch() {
    std::lock_guard guard{mutex_};
    --load_.running;
    ++load_.served;
    changed_.notify_all();
  }
  void owe_answer() {
    std::lock_guard guard{mutex_};
    ++owed_;
  }
  void pay_answer() {
    std::lock_guard guard{mutex_};
    --owed_;
    changed_.notify_all();
  }
  void add_coordinator() {
    std::lock_guard guard{mutex_};
    ++load_.coordinators;
  }
  void remove_coordinator() {
    std::lock_guard guard{mutex_};
    --load_.coordinators;
  }
  void drain() {
    std::lock_guard guard{mutex_};
    load_.is_draining = true;
  }

  worker_load load() const {
    std::lock_guard guard{mutex_};
    return load_;
  }
  bool wait_until_idle(duration limit) const {
    std::unique_lock guard{mutex_};
    auto most = std::min<duration>(limit, std::chrono::hours{24 * 365}); // what a clock can hold
    return changed_.wait_for(guard, most, [this] { return load_.running == 0 && owed_ == 0; });
  }

private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  worker_load load_;
  size_t owed_ = 0; // answers
};

/// A branch that its coordinator has no answer of yet, as long as anybody holds this.
class owed_answer {
public:
  explicit owed_answer(std::shared_ptr<worker_counts> by) : by_{std::move(by)} {
    by_->owe_answer();
  }
  ~owed_answer() { by_->pay_answer(); }
  owed_answer(const owed_answer&) = delete;
  owed_answer& operator=(const owed_answer&) = delete;

private:
  std::shared_ptr<worker_counts> by_;
};

} // namespace troupe
