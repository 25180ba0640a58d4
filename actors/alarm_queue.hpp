// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <caf/actor_clock.hpp>

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace troupe {

/// Who is to be woken when; one alarm for each owner.
template <class Owner, class Hash>
class alarm_queue {
public:
  using time_point = caf::actor_clock::time_point;

  /// In place of the one that the owner has.
  void set(const Owner& who, time_point due) {
    forget(who);
    by_owner_.emplace(who, by_time_.emplace(due, who));
  }
  /// Unknown ones are ignored.
  void forget(const Owner& who) {
    if (auto known = by_owner_.extract(who))
      by_time_.erase(known.mapped());
  }
  /// Takes out who is due first, if that time has come.
  std::optional<Owner> take_due(time_point now) {
    if (next() > now || by_time_.empty())
      return {};
    auto who = std::move(by_time_.begin()->second);
    by_owner_.erase(who);
    by_time_.erase(by_time_.begin());
    return who;
  }
  /// When the first is due; the end of time if there is none.
  time_point next() const { return by_time_.empty() ? time_point::max() : by_time_.begin()->first; }
  size_t size() const { return by_time_.size(); }

private:
  using queue = std::multimap<time_point, Owner>;
  queue by_time_;
  std::unordered_map<Owner, typename queue::iterator, Hash> by_owner_;
};

} // namespace troupe
