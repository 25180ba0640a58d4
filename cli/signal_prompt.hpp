// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/run.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace troupe::cli {

/// What a person has typed, as the payload of a signal: JSON, yes or no, or a text, whichever the
/// schema takes.
value payload_from(const std::string& line, const nlohmann::json& schema);

/// Asks the person at the terminal for the signals that a run waits for, one after another.
class signal_prompt {
public:
  /// `say`: shows a question.
  explicit signal_prompt(std::function<void(const std::string&)> say);
  ~signal_prompt();
  signal_prompt(const signal_prompt&) = delete;
  signal_prompt& operator=(const signal_prompt&) = delete;

  void take(const event& x); ///< asks if the event wants it
  void answer_to(const run_handle& run);
  /// Nobody is there any more: the terminal has ended, and the run was cancelled.
  bool is_gone() const { return is_gone_; }

private:
  struct question {
    std::string path, signal, text;
    nlohmann::json schema;
  };
  void ask_all();
  std::optional<std::string> read_line();
  void wake();

  std::function<void(const std::string&)> say_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<question> questions_;
  std::optional<run_handle> run_;
  bool is_over_ = false;
  bool is_withdrawn_ = false; // the question that is being asked
  std::atomic<bool> is_gone_ = false;
  int wake_[2] = {-1, -1}; // a pipe that ends the reading
  std::thread thread_;
};

} // namespace troupe::cli
