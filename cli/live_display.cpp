// SPDX-License-Identifier: Apache-2.0
#include "cli/live_display.hpp"

#include "cli/print.hpp"

#include <sys/ioctl.h>

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr auto between_frames = std::chrono::milliseconds{100};

size_t rows_of(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

} // namespace

live_display::live_display(const flow& x, int fd) : fd_{fd}, state_{x} {
  ticker_ = std::thread{[this] {
    std::unique_lock guard{mutex_};
    while (!closing_.wait_for(guard, between_frames, [this] { return closed_; }))
      draw();
  }};
}

live_display::~live_display() { close(); }

void live_display::take(const event& x) {
  std::lock_guard guard{mutex_};
  state_.take(x);
}

void live_display::say(const std::string& text) {
  std::lock_guard guard{mutex_};
  complain(erased() + text);
  shown_.clear();
  if (!closed_)
    draw();
}

void live_display::close() {
  {
    std::lock_guard guard{mutex_};
    if (closed_)
      return;
    closed_ = true;
    complain(erased());
    shown_.clear();
    closing_.notify_all();
  }
  ticker_.join();
}

/// One write for a frame, so that nobody sees half of it.
void live_display::draw() {
  auto where = terminal_of(fd_);
  auto text = erased();
  shown_ = state_.lines(std::chrono::system_clock::now(), where, rows_of(fd_));
  for (auto& line : shown_)
    text += line + "\n";
  complain(text);
}

/// Back to where the lines began. A terminal that has become narrower has broken them.
std::string live_display::erased() const {
  if (shown_.empty())
    return {};
  auto columns = terminal_of(fd_).columns;
  size_t rows = 0;
  for (auto& line : shown_)
    rows += std::max<size_t>(1, (width_of(line) + columns - 1) / columns);
  // Line by line: what is erased at once, from the first row on, terminals keep in their history.
  auto up = "\x1b[" + std::to_string(rows) + "A\r";
  auto text = up;
  for (size_t i = 0; i < rows; ++i)
    text += "\x1b[K\x1b[B";
  return text + up;
}

} // namespace troupe::cli
