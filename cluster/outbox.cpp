// SPDX-License-Identifier: Apache-2.0
#include "cluster/outbox.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

bool outbox::take_back(uint64_t about) {
  auto is_it = [about](auto& x) { return x.about == about; };
  auto found = std::find_if(waiting_.begin(), waiting_.end(), is_it);
  if (found == waiting_.end())
    return false;
  waiting_.erase(found);
  return true;
}

std::optional<std::string> outbox::next() {
  auto envelope = std::exchange(urgent_, {});
  while (!waiting_.empty() && envelope.size() < full_envelope && has_credit()) {
    auto write = std::move(waiting_.front().write);
    waiting_.pop_front();
    envelope += write();
  }
  if (envelope.empty())
    return {};
  sent_ += envelope.size();
  return envelope;
}

void outbox::acknowledge(uint64_t bytes_in_all) {
  acknowledged_ = std::clamp(bytes_in_all, acknowledged_, sent_); // a peer may say anything
}

} // namespace troupe
