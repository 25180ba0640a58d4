// SPDX-License-Identifier: Apache-2.0
#include "steps/process_reactor.hpp"

#include "steps/child_process.hpp"
#include "steps/reactor.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <map>
#include <optional>

namespace troupe::steps {

namespace {

constexpr auto stop_grace = std::chrono::seconds{2};

/// What an epoll event is about: a process, and which of its descriptors.
enum class source : uint8_t { wake, exit, in, out, err };

uint64_t tag_of(uint64_t id, source x) { return id << 3 | static_cast<uint64_t>(x); }

} // namespace

class process_reactor::loop final : public reactor<process_request, process_result> {
public:
  explicit loop(size_t max_processes)
    : most_{std::max<size_t>(1, max_processes)}, epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}

  static expected<std::shared_ptr<loop>> begin(size_t max_processes) {
    auto refuse = [](const std::string& why) {
      return failure(errc::step_failed, "cannot watch processes: " + why);
    };
    auto self = std::make_shared<loop>(max_processes);
    if (!self->epoll_ || !self->wake_ ||
        !self->watch(self->wake_.get(), EPOLLIN, tag_of(0, source::wake)))
      return refuse(std::strerror(errno));
    if (auto problem = reactor::begin(self); !problem.empty())
      return refuse(problem);
    return self;
  }

private:
  using clock = std::chrono::steady_clock;

  struct running {
    child_process process;
    on_end done;
    bool is_stopped = false;
    std::optional<clock::time_point> kill_at = {};
  };

  void run() override {
    std::array<epoll_event, 64> events;
    while (obey_mail()) {
      auto count = ::epoll_wait(epoll_.get(), events.data(), events.size(), next_timeout());
      for (int i = 0; i < count; ++i)
        handle(events[static_cast<size_t>(i)].data.u64);
      kill_late_ones();
    }
  }

  /// What other threads asked for; false when it is time to leave and nothing runs.
  bool obey_mail() {
    auto mail = take_mail();
    std::move(mail.orders.begin(), mail.orders.end(), std::back_inserter(queue_));
    for (auto which : mail.stops)
      stop_now(which);
    if (mail.closing)
      stop_everything();
    while (!queue_.empty() && running_.size() < most_)
      start_next();
    tell_queued(queue_);
    return !mail.closing || !running_.empty() || !queue_.empty();
  }

  void start_next() {
    auto next = std::move(queue_.front());
    queue_.pop_front();
    running x{.process = {}, .done = std::move(next.done)};
    auto problem = x.process.start(next.order);
    if (!problem.empty()) {
      x.done({.how = process_result::ending::not_started, .problem = std::move(problem)});
      return;
    }
    auto watched = watch(x.process.pidfd().get(), EPOLLIN, tag_of(next.which, source::exit)) &&
                   watch(x.process.out().get(), EPOLLIN, tag_of(next.which, source::out)) &&
                   watch(x.process.err().get(), EPOLLIN, tag_of(next.which, source::err));
    x.process.feed();
    if (watched && x.process.in())
      watched = watch(x.process.in().get(), EPOLLOUT, tag_of(next.which, source::in));
    if (!watched) {
      problem = std::string{"cannot watch the process: "} + std::strerror(errno);
      x.process.reap();
      x.done({.how = process_result::ending::not_started, .problem = std::move(problem)});
      return;
    }
    running_.emplace(next.which, std::move(x));
  }

  void handle(uint64_t tag) {
    auto what = static_cast<source>(tag & 7);
    if (what == source::wake) {
      uint64_t count = 0;
      static_cast<void>(::read(wake_.get(), &count, sizeof count));
      return;
    }
    auto found = running_.find(tag >> 3);
    if (found == running_.end())
      return; // ended by an event before this one
    auto& x = found->second;
    if (what == source::exit)
      return end(found);
    if (what == source::in)
      return x.process.feed();
    auto is_err = what == source::err;
    if (x.process.drain(is_err))
      return;
    unwatch((is_err ? x.process.err() : x.process.out()).get());
    if (x.process.is_too_large())
      x.process.signal_group(SIGKILL);
  }

  void end(std::map<id, running>::iterator which) {
    on_end done;
    process_result result;
    {
      auto x = std::move(which->second);
      running_.erase(which);
      unwatch(x.process.out().get());
      unwatch(x.process.err().get());
      result = x.process.reap();
      if (x.is_stopped)
        result.how = process_result::ending::stopped;
      done = std::move(x.done);
    } // its descriptors are closed before anybody hears of the end
    done(std::move(result));
  }

  void stop_now(id which) {
    auto queued =
      std::find_if(queue_.begin(), queue_.end(), [&](auto& x) { return x.which == which; });
    if (queued != queue_.end()) {
      auto done = std::move(queued->done);
      queue_.erase(queued);
      done({.how = process_result::ending::stopped});
      return;
    }
    auto found = running_.find(which);
    if (found == running_.end() || found->second.is_stopped)
      return;
    found->second.is_stopped = true;
    found->second.kill_at = clock::now() + stop_grace;
    found->second.process.signal_group(SIGTERM);
  }

  void stop_everything() {
    while (!queue_.empty())
      stop_now(queue_.front().which);
    for (auto& [which, x] : running_)
      stop_now(which);
  }

  void kill_late_ones() {
    for (auto& [which, x] : running_)
      if (x.kill_at && *x.kill_at <= clock::now()) {
        x.process.signal_group(SIGKILL);
        x.kill_at.reset();
      }
  }

  int next_timeout() const {
    std::optional<clock::time_point> first;
    for (auto& [which, x] : running_)
      if (x.kill_at && (!first || *x.kill_at < *first))
        first = x.kill_at;
    if (!first)
      return -1;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*first - clock::now()).count();
    return static_cast<int>(std::max<int64_t>(0, left));
  }

  /// Whether the kernel agreed; it may have no memory for it.
  bool watch(int fd, uint32_t events, uint64_t tag) {
    epoll_event x{};
    x.events = events;
    x.data.u64 = tag;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &x) == 0;
  }

  void unwatch(int fd) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

  void wake_up() override {
    uint64_t one = 1;
    static_cast<void>(::write(wake_.get(), &one, sizeof one));
  }

  const size_t most_;
  unique_fd epoll_, wake_;
  std::deque<waiting> queue_; // the thread's own, as is all that it runs
  std::map<id, running> running_;
};

process_reactor::process_reactor(size_t max_processes) : most_{max_processes} {}

process_reactor::~process_reactor() {
  if (loop_)
    loop_->close();
}

expected<process_reactor::id> process_reactor::start(process_request order, on_end done) {
  std::lock_guard guard{mutex_};
  if (!loop_) {
    auto begun = loop::begin(most_); // if it fails, the next process tries again
    if (!begun)
      return unexpected{begun.error()};
    loop_ = *begun;
  }
  return loop_->start(std::move(order), std::move(done));
}

void process_reactor::stop(id which) { loop_->stop(which); }

} // namespace troupe::steps
