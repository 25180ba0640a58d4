// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace troupe {

/// What waits for its turn, oldest first. Takes no memory while it has never held anything: each
/// group has some.
template <class T>
class fifo {
public:
  bool empty() const { return next_ == all_.size(); }
  size_t size() const { return all_.size() - next_; }
  const T& first() const { return all_[next_]; }
  void add(T x) {
    if (next_ > all_.size() / 2) { // half of it has been taken
      all_.erase(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(next_));
      next_ = 0;
    }
    all_.push_back(std::move(x));
  }
  T take() { return std::move(all_[next_++]); }

private:
  std::vector<T> all_;
  size_t next_ = 0;
};

} // namespace troupe
