// SPDX-License-Identifier: Apache-2.0
#include "cli/signal_prompt.hpp"

#include "cli/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>

namespace troupe::cli {

value payload_from(const std::string& line, const nlohmann::json& schema) {
  auto type = schema.is_object() ? schema.value("type", nlohmann::json()) : nlohmann::json();
  auto is_yes = line == "y" || line == "yes";
  if (type == "boolean" && (is_yes || line == "n" || line == "no"))
    return value{nlohmann::json(is_yes)};
  if (type != "string")
    if (auto parsed = value::parse(line))
      return *parsed;
  return value{nlohmann::json(line)};
}

signal_prompt::signal_prompt(std::function<void(const std::string&)> say) : say_{std::move(say)} {
  if (::pipe2(wake_, O_CLOEXEC) == 0)
    thread_ = std::thread{[this] { ask_all(); }};
}

signal_prompt::~signal_prompt() {
  {
    std::lock_guard guard{mutex_};
    is_over_ = true;
    changed_.notify_all();
  }
  if (!thread_.joinable())
    return;
  ::close(wake_[1]);
  thread_.join();
  ::close(wake_[0]);
}

void signal_prompt::take(const event& x) {
  std::lock_guard guard{mutex_};
  if (x.type == event_type::waiting_for_signal) {
    auto message = x.data["message"].get<std::string>();
    auto signal = x.data["signal"].get<std::string>();
    auto text = message.empty() ? x.path + " waits for \"" + signal + "\"" : message;
    questions_.push_back({x.path, signal, text, x.data["schema"]});
    changed_.notify_all();
  } else if (x.type == event_type::step_finished && !questions_.empty()) {
    // A wait that has ended without an answer wants none any more.
    auto is_asked = questions_.front().path == x.path;
    std::erase_if(questions_, [&](auto& one) { return one.path == x.path; });
    if (is_asked) {
      is_withdrawn_ = true;
      wake();
    }
  }
}

void signal_prompt::wake() { static_cast<void>(::write(wake_[1], "w", 1)); }

void signal_prompt::answer_to(const run_handle& run) {
  std::lock_guard guard{mutex_};
  run_ = run;
  changed_.notify_all();
}

void signal_prompt::ask_all() {
  std::unique_lock guard{mutex_};
  for (;;) {
    changed_.wait(guard, [this] { return is_over_ || (run_ && !questions_.empty()); });
    if (is_over_)
      return;
    auto next = questions_.front();
    is_withdrawn_ = false;
    guard.unlock();
    auto type =
      next.schema.is_object() ? next.schema.value("type", nlohmann::json()) : nlohmann::json();
    say_(harmless(next.text) + (type == "boolean" ? " [y/n]" : "") + "\n");
    auto line = read_line();
    guard.lock();
    if (is_over_)
      return;
    if (is_withdrawn_ || questions_.empty() || questions_.front().path != next.path)
      continue;
    if (!line) {
      is_gone_ = true;
      run_->cancel();
      return;
    }
    auto sent = run_->signal(next.signal, payload_from(*line, next.schema));
    if (sent)
      questions_.pop_front();
    else
      say_("troupe: " + sent.error().message + "\n");
  }
}

/// A byte at a time: what is behind the line is not ours.
std::optional<std::string> signal_prompt::read_line() {
  std::string line;
  for (;;) {
    std::array<pollfd, 2> wait{{{STDIN_FILENO, POLLIN, 0}, {wake_[0], POLLIN, 0}}};
    if (::poll(wait.data(), wait.size(), -1) < 0)
      continue;
    if (wait[1].revents != 0) {
      char ignored = 0;
      static_cast<void>(::read(wake_[0], &ignored, 1));
      return {};
    }
    char next = 0;
    if (::read(STDIN_FILENO, &next, 1) != 1)
      return {};
    if (next == '\n')
      return line;
    line += next;
  }
}

} // namespace troupe::cli
