// SPDX-License-Identifier: Apache-2.0
#include "cli/wake.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

namespace troupe::cli {

wake::wake() : fd_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}
wake::~wake() { ::close(fd_); }

void wake::up() const { ::eventfd_write(fd_, 1); }

void wake::clear() const {
  eventfd_t count = 0;
  ::eventfd_read(fd_, &count);
}

void wake::wait() const {
  pollfd until{fd_, POLLIN, 0};
  while (::poll(&until, 1, -1) < 0 && errno == EINTR)
    continue;
}

bool wake::wait_for(std::chrono::milliseconds limit) const {
  pollfd until{fd_, POLLIN, 0};
  return ::poll(&until, 1, static_cast<int>(limit.count())) > 0;
}

} // namespace troupe::cli
