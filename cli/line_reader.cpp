// SPDX-License-Identifier: Apache-2.0
#include "cli/line_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace troupe::cli {

std::optional<std::string> line_reader::next() {
  for (;;) {
    if (auto line = next_in_buffer())
      return line;
    if (is_at_end_ || !fill())
      return {};
  }
}

std::optional<std::string> line_reader::next_in_buffer() {
  while (at_ < buffer_.size()) {
    auto end = buffer_.find('\n', std::max(at_, searched_));
    auto is_whole = end != buffer_.npos || is_at_end_;
    if (!is_whole && !is_skipping_ && buffer_.size() - at_ <= most_bytes) {
      searched_ = buffer_.size();
      return {};
    }
    end = std::min(end, buffer_.size());
    auto line = buffer_.substr(at_, std::min(end - at_, most_bytes + 1));
    at_ = std::min(end + 1, buffer_.size());
    auto is_rest = std::exchange(is_skipping_, !is_whole);
    if (line.ends_with('\r'))
      line.pop_back();
    if (!is_rest && !line.empty())
      return line;
  }
  return {};
}

/// False if it was woken.
bool line_reader::fill() {
  constexpr size_t piece = 1 << 16;
  std::array<pollfd, 2> wait{{{fd_, POLLIN, 0}, {wake_, POLLIN, 0}}};
  while (::poll(wait.data(), wait.size(), -1) < 0 && errno == EINTR)
    continue;
  if (wait[1].revents != 0)
    return false;
  buffer_.erase(0, at_);
  searched_ -= std::min(searched_, at_);
  at_ = 0;
  auto had = buffer_.size();
  buffer_.resize(had + piece);
  auto count = ::read(fd_, buffer_.data() + had, piece);
  buffer_.resize(had + static_cast<size_t>(std::max<ssize_t>(count, 0)));
  is_at_end_ = count <= 0;
  if (count < 0)
    trouble_ = std::strerror(errno);
  return true;
}

} // namespace troupe::cli
