// SPDX-License-Identifier: Apache-2.0
#include "steps/http_client.hpp"

#include "steps/http_transfer.hpp"
#include "steps/reactor.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace troupe::steps {

namespace {

constexpr int longest_wait_ms = 60'000; // whatever matters wakes it

} // namespace

class http_client::loop final : public reactor<http_request, http_result> {
public:
  explicit loop(const http_limits& limits)
    : most_{std::max<size_t>(1, limits.connections)},
      most_to_one_host_{std::max<size_t>(1, limits.connections_to_one_host)}, multi_{
                                                                                curl_multi_init()} {
    if (!multi_)
      return;
    auto set = [this](auto option, size_t x) {
      curl_multi_setopt(multi_.get(), option, static_cast<long>(x));
    };
    set(CURLMOPT_MAX_TOTAL_CONNECTIONS, most_);
    set(CURLMOPT_MAX_HOST_CONNECTIONS, most_to_one_host_);
    set(CURLMOPT_MAXCONNECTS, most_);
  }

  static expected<std::shared_ptr<loop>> begin(const http_limits& limits) {
    auto self = std::make_shared<loop>(limits);
    if (!self->multi_)
      return failure(errc::connection_failed, "cannot send requests: no descriptor is left");
    if (auto problem = reactor::begin(self); !problem.empty())
      return failure(errc::connection_failed, "cannot send requests: " + problem);
    return self;
  }

private:
  struct host {
    std::deque<waiting> queue = {};
    size_t running = 0;
  };
  struct running {
    std::unique_ptr<http_transfer> transfer;
    on_end done;
  };
  struct free_multi {
    void operator()(CURLM* x) const { curl_multi_cleanup(x); }
  };

  void run() override {
    while (obey_mail()) {
      int still_running = 0;
      curl_multi_perform(multi_.get(), &still_running);
      if (!settle_ended())
        curl_multi_poll(multi_.get(), nullptr, 0, longest_wait_ms, nullptr);
    }
  }

  /// What other threads asked for; false when it is time to leave.
  bool obey_mail() {
    auto mail = take_mail();
    for (auto& x : mail.orders) {
      auto& host = hosts_[origin_of(x.order.url)];
      host.queue.push_back(std::move(x));
    }
    for (auto which : mail.stops)
      stop_now(which);
    if (mail.closing)
      stop_everything();
    for (auto x = hosts_.begin(); x != hosts_.end();) {
      start_what_may(x->second);
      tell_queued(x->second.queue);
      x = x->second.queue.empty() && x->second.running == 0 ? hosts_.erase(x) : std::next(x);
    }
    return !mail.closing;
  }

  /// A slow host keeps its own requests waiting, and no other's.
  void start_what_may(host& x) {
    while (!x.queue.empty() && x.running < most_to_one_host_ && running_.size() < most_)
      start_next(x);
  }

  void start_next(host& of) {
    auto next = std::move(of.queue.front());
    of.queue.pop_front();
    auto transfer = std::make_unique<http_transfer>(std::move(next.order));
    auto easy = transfer->handle();
    if (!easy || curl_multi_add_handle(multi_.get(), easy) != CURLM_OK)
      return next.done(failure(errc::connection_failed, "libcurl has no memory for a request"));
    ++of.running;
    by_handle_.emplace(easy, next.which);
    running_.emplace(next.which, running{std::move(transfer), std::move(next.done)});
  }

  /// Whether anything ended, which may let others begin.
  bool settle_ended() {
    auto any = false;
    int left = 0;
    while (auto message = curl_multi_info_read(multi_.get(), &left))
      if (message->msg == CURLMSG_DONE) {
        settle(message->easy_handle, message->data.result);
        any = true;
      }
    return any;
  }

  void settle(CURL* easy, CURLcode how) {
    auto which = by_handle_.at(easy);
    curl_multi_remove_handle(multi_.get(), easy);
    auto result = running_.at(which).transfer->finish(how);
    if (!result)
      curl_multi_add_handle(multi_.get(), easy); // on to where it was redirected
    else
      take_out(which)(std::move(*result));
  }

  /// The transfer is gone before anybody hears of its end.
  on_end take_out(id which) {
    auto x = std::move(running_.extract(which).mapped());
    --hosts_.at(x.transfer->origin()).running;
    by_handle_.erase(x.transfer->handle());
    return std::move(x.done);
  }

  void stop_now(id which) {
    auto stopped = [] { return failure(errc::cancelled, "stopped"); };
    for (auto& [name, host] : hosts_) {
      auto queued = std::find_if(host.queue.begin(), host.queue.end(),
                                 [&](auto& x) { return x.which == which; });
      if (queued == host.queue.end())
        continue;
      auto done = std::move(queued->done);
      host.queue.erase(queued);
      return done(stopped());
    }
    auto found = running_.find(which);
    if (found == running_.end())
      return;
    curl_multi_remove_handle(multi_.get(), found->second.transfer->handle());
    take_out(which)(stopped());
  }

  void stop_everything() {
    for (auto& [name, host] : hosts_)
      while (!host.queue.empty())
        stop_now(host.queue.front().which);
    while (!running_.empty())
      stop_now(running_.begin()->first);
  }

  void wake_up() override { curl_multi_wakeup(multi_.get()); }

  const size_t most_;
  const size_t most_to_one_host_;
  std::unique_ptr<CURLM, free_multi> multi_;
  std::map<std::string, host> hosts_; // the thread's own, as is all that it runs; by origin
  std::map<id, running> running_;
  std::map<CURL*, id> by_handle_;
};

http_client::~http_client() {
  if (loop_)
    loop_->close();
}

expected<http_client::id> http_client::start(http_request order, on_end done) {
  std::lock_guard guard{mutex_};
  if (!loop_) {
    auto begun = loop::begin(limits_); // if it fails, the next request tries again
    if (!begun)
      return unexpected{begun.error()};
    loop_ = *begun;
  }
  return loop_->start(std::move(order), std::move(done));
}

void http_client::stop(id which) { loop_->stop(which); }

} // namespace troupe::steps
