// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <csignal>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace troupe::steps {

/// One thread that carries out any number of orders at once, and what other threads ask of it.
template <class Order, class Result>
class reactor {
public:
  using id = uint64_t;
  using on_end = std::function<void(Result)>;

  virtual ~reactor() = default;

  /// Starts the thread, which has a share of `self`; what went wrong, or empty.
  static std::string begin(const std::shared_ptr<reactor>& self) {
    try {
      self->thread_ = std::thread{[self] {
        // The host's signal handling stays as it is, and a pipe that nobody reads is an error of
        // write, not a signal that ends the host.
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        self->run();
      }};
      return {};
    } catch (const std::system_error& why) {
      return why.what();
    }
  }

  /// Ends all that runs. The last owner may be what an order has called back, in the reactor's own
  /// thread: that one cannot wait for itself.
  void close() {
    {
      std::lock_guard guard{mutex_};
      mail_.closing = true;
    }
    wake_up();
    if (thread_.get_id() == std::this_thread::get_id())
      thread_.detach();
    else
      thread_.join();
  }

  id start(Order order, on_end done) {
    id made = 0;
    {
      std::lock_guard guard{mutex_};
      made = ++last_id_;
      mail_.orders.push_back({made, std::move(order), std::move(done)});
    }
    wake_up();
    return made;
  }

  void stop(id which) {
    {
      std::lock_guard guard{mutex_};
      mail_.stops.push_back(which);
    }
    wake_up();
  }

protected:
  struct waiting {
    id which;
    Order order;
    on_end done;
  };

  /// Tells those at the end of a queue that came just now.
  static void tell_queued(std::deque<waiting>& queue) {
    for (auto x = queue.rbegin(); x != queue.rend() && x->order.on_queued; ++x)
      std::exchange(x->order.on_queued, nullptr)();
  }

  struct mail {
    std::deque<waiting> orders = {};
    std::vector<id> stops = {};
    bool closing = false; ///< stays so
  };

  /// What other threads have asked for since the last time.
  mail take_mail() {
    std::lock_guard guard{mutex_};
    return std::exchange(mail_, {.closing = mail_.closing});
  }

  virtual void run() = 0;     ///< in the thread, until it is time to leave
  virtual void wake_up() = 0; ///< from any thread: there is mail

private:
  std::mutex mutex_; // for the two below
  mail mail_;
  id last_id_ = 0;
  std::thread thread_;
};

} // namespace troupe::steps
