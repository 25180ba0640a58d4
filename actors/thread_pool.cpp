// SPDX-License-Identifier: Apache-2.0
#include "actors/thread_pool.hpp"

#include <algorithm>
#include <system_error>

namespace troupe {

namespace {

constexpr auto idle_limit = std::chrono::seconds{10};

thread_local const thread_pool* pool_of_this_thread = nullptr;

} // namespace

thread_pool::~thread_pool() {
  {
    std::lock_guard guard{mutex_};
    closing_ = true;
    has_work_.notify_all();
  }
  for (auto& x : workers_) // nobody adds to them any more
    x.thread.join();
}

void thread_pool::submit(std::shared_ptr<job> x) {
  std::deque<std::shared_ptr<job>> hopeless;
  {
    std::lock_guard guard{mutex_};
    reap();
    queue_.push_back(std::move(x));
    if (idle_ >= queue_.size()) {
      has_work_.notify_one();
    } else if (workers_.size() < most_) {
      hopeless = start_worker();
    } else {
      hopeless = take_hopeless();
    }
  }
  refuse(hopeless);
}

/// If the system has no thread for us, the others go on; without any, nothing that queues ever
/// will.
std::deque<std::shared_ptr<job>> thread_pool::start_worker() {
  auto& me = workers_.emplace_back();
  try {
    me.thread = std::thread{[this, &me] { work(me); }};
  } catch (const std::system_error&) {
    workers_.pop_back();
    return workers_.empty() ? std::exchange(queue_, {}) : std::deque<std::shared_ptr<job>>{};
  }
  return {};
}

void thread_pool::check() {
  std::deque<std::shared_ptr<job>> hopeless;
  {
    std::lock_guard guard{mutex_};
    hopeless = take_hopeless();
  }
  refuse(hopeless);
}

thread_pool::load thread_pool::current_load() const {
  std::lock_guard guard{mutex_};
  auto is_busy = [](auto& x) { return x.current != nullptr; };
  return {static_cast<size_t>(std::count_if(workers_.begin(), workers_.end(), is_busy)),
          queue_.size()};
}

std::deque<std::shared_ptr<job>> thread_pool::take_hopeless() {
  auto is_lost = [](auto& x) { return x.current && x.current->is_abandoned(); };
  if (workers_.size() < most_ || !std::all_of(workers_.begin(), workers_.end(), is_lost))
    return {};
  return std::exchange(queue_, {});
}

void thread_pool::refuse(const std::deque<std::shared_ptr<job>>& all) {
  for (auto& x : all)
    x->refuse(
      {.code = errc::pool_exhausted,
       .message =
         "there is no thread for a blocking call: the system gives none, or calls that were "
         "abandoned hold them all"});
}

bool thread_pool::is_inside() const { return pool_of_this_thread == this; }

void thread_pool::work(worker& me) {
  pool_of_this_thread = this;
  std::unique_lock guard{mutex_};
  for (;;) {
    ++idle_;
    has_work_.wait_for(guard, idle_limit, [this] { return closing_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty())
      break;
    me.current = std::move(queue_.front());
    queue_.pop_front();
    guard.unlock();
    me.current->run();
    guard.lock();
    auto done = std::exchange(me.current, nullptr);
    guard.unlock();
    done.reset(); // what it holds may be large, and may call back
    guard.lock();
  }
  me.has_left = true;
}

/// Joins threads that have left; they hold no lock any more.
void thread_pool::reap() {
  for (auto i = workers_.begin(); i != workers_.end();)
    if (i->has_left) {
      i->thread.join();
      i = workers_.erase(i);
    } else {
      ++i;
    }
}

} // namespace troupe
