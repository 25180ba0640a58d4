// SPDX-License-Identifier: Apache-2.0
#include "cluster/strangers.hpp"

#include <sys/socket.h>

namespace troupe {

std::shared_ptr<void> strangers::add(int socket, clock::time_point now) {
  std::lock_guard guard{mutex_};
  if (all_.size() >= most_)
    hang_up_on_first();
  auto number = ++last_;
  all_[number] = {socket, now};
  return {nullptr, [me = shared_from_this(), number](void*) { me->forget(number); }};
}

void strangers::hang_up_on_oldest() {
  std::lock_guard guard{mutex_};
  if (!all_.empty())
    hang_up_on_first();
}

void strangers::hang_up_on_late(clock::time_point now) {
  std::lock_guard guard{mutex_};
  while (!all_.empty() && now - all_.begin()->second.since > longest_)
    hang_up_on_first();
}

void strangers::forget(uint64_t number) {
  std::lock_guard guard{mutex_};
  all_.erase(number);
}

/// Whoever reads from the socket learns that it is over, and closes it.
void strangers::hang_up_on_first() {
  ::shutdown(all_.begin()->second.socket, SHUT_RDWR);
  all_.erase(all_.begin());
}

} // namespace troupe
