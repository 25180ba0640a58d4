// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/plan.hpp"
#include "troupe/spending.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// The bound that this much breaks, in words; empty: none.
std::string beyond(const plan::budget& bounds, const spending& x);

/// Keeps the books of one budget. What a step expects to spend is reserved while it runs. One that
/// does not fit waits as long as others run, which may spend less than they expect; with none
/// running, or once more was spent than may be, the budget is exceeded. Pure.
class ledger {
public:
  using ticket = uint64_t;

  explicit ledger(plan::budget spec) : spec_{spec} {}

  /// `is_free`: it is let in whatever it costs, and its cost breaks no bound.
  void ask(ticket x, spending expected, bool is_free);
  void meter(ticket x, const spending& in_total);
  /// It has ended, and cost this; or is no longer wanted.
  void settle(ticket x, const spending& cost, bool has_started = true);
  /// What nobody has asked for has been spent all the same.
  void add(const spending& cost) { settled_ += cost; }

  /// Those that may begin.
  std::vector<ticket> grant();
  /// What went beyond its bound, in words; empty: nothing. It does not get better again.
  std::string trouble();
  /// Which share of the budget has been spent, of that which is the nearest to its end.
  double share_spent() const;
  bool is_waiting(ticket x) const;
  bool is_open(ticket x) const { return running_.contains(x); }
  const spending& expected_of(ticket x) const { return running_.at(x).expected; }
  bool is_free(ticket x) const { return running_.at(x).is_free; }

private:
  struct account {
    spending expected, metered;
    bool is_free;
    spending committed() const; ///< whichever is more
  };
  struct request {
    ticket who;
    spending expected;
    bool is_free;
  };

  plan::budget spec_;
  spending settled_; // of those that have ended
  std::map<ticket, account> running_;
  spending committed_, metered_; // sums over those that run
  std::deque<request> waiting_;
  std::string trouble_;
};

} // namespace troupe
