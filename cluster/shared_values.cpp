// SPDX-License-Identifier: Apache-2.0
#include "cluster/shared_values.hpp"

#include <utility>

namespace troupe {

std::optional<uint64_t> shared_values::find(const value& x) {
  auto found = by_identity_.find(x.identity());
  if (found == by_identity_.end())
    return {};
  by_age_.splice(by_age_.begin(), by_age_, found->second);
  return found->second->number;
}

uint64_t shared_values::add(const value& x, size_t size) {
  by_age_.push_front({++last_, x, size});
  by_identity_[x.identity()] = by_age_.begin();
  size_ += size;
  while (size_ > most_bytes && by_age_.size() > 1) {
    auto& oldest = by_age_.back();
    forgotten_.push_back(oldest.number);
    size_ -= oldest.size;
    by_identity_.erase(oldest.kept.identity());
    by_age_.pop_back();
  }
  return last_;
}

std::vector<uint64_t> shared_values::take_forgotten() { return std::exchange(forgotten_, {}); }

} // namespace troupe
