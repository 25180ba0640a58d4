// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/engine.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace troupe::test {

/// Tells the test when it has begun, and ends when the test says so.
class held_kind {
public:
  step_kind kind(const std::string& name = "held", bool idempotent = true) {
    step_kind x{.name = name};
    x.run = async_fn{[this](const step_input& in, promise answer) {
      std::lock_guard guard{mutex_};
      ++begun_[in.host->path()];
      if (is_open_)
        return answer.succeed(in.input);
      held_.push_back({answer, in.input});
      hooks_.push_back(std::make_unique<hook>(in.stop, [answer] {
        answer.fail({errc::cancelled, "stopped"});
      }));
      changed_.notify_all();
    }};
    x.idempotent = idempotent;
    return x;
  }
  /// Blocks until that many calls have begun.
  void await(size_t count) {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [&] {
      size_t all = 0;
      for (auto& [path, number] : begun_)
        all += number;
      return all >= count;
    });
  }
  /// Lets all go, those to come too.
  void open() {
    std::vector<std::pair<promise, value>> all;
    std::vector<std::unique_ptr<hook>> hooks;
    {
      std::lock_guard guard{mutex_};
      is_open_ = true;
      all.swap(held_);
      hooks.swap(hooks_);
    }
    for (auto& [answer, output] : all)
      answer.succeed(output);
  }
  std::map<std::string, size_t> begun() {
    std::lock_guard guard{mutex_};
    return begun_;
  }

private:
  using hook = std::stop_callback<std::function<void()>>;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, size_t> begun_;
  std::vector<std::pair<promise, value>> held_;
  std::vector<std::unique_ptr<hook>> hooks_;
  bool is_open_ = false;
};

/// Lets all go at the end of a test: what is held keeps engines from ending.
struct opened_at_the_end {
  held_kind& held;
  ~opened_at_the_end() { held.open(); }
};

} // namespace troupe::test
