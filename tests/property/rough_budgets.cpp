// SPDX-License-Identifier: Apache-2.0
#include "tests/property/rough_rules.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::test {

namespace {

constexpr int64_t no_bound = std::numeric_limits<int64_t>::max();

struct bounds {
  int64_t mils = no_bound, tokens = no_bound, steps = no_bound;

  bool hold(const bill& spent) const { return spent.mils <= mils && spent.tokens <= tokens; }
};

bounds bounds_of(const document& budget) {
  bounds x;
  if (budget.contains("cost_usd"))
    x.mils = std::llround(budget["cost_usd"].get<double>() * 1000);
  x.tokens = budget.value("tokens", no_bound);
  x.steps = budget.value("steps", no_bound);
  return x;
}

/// What the dearest steps say that they will spend.
bill dearest(const document& x) {
  bill most;
  if (!x.is_structured())
    return most;
  if (x.is_object() && x.contains("expects")) {
    most.mils = std::llround(x["expects"].value("cost_usd", 0.0) * 1000);
    most.tokens = x["expects"].value("tokens", int64_t{0});
  }
  for (auto& member : x) {
    auto inner = dearest(member);
    most.mils = std::max(most.mils, inner.mils);
    most.tokens = std::max(most.tokens, inner.tokens);
  }
  return most;
}

struct one_budget {
  const rough_case& all;
  const step_result& owner;
  bounds limit;
  std::vector<const call_record*> calls = {}; ///< without those that take back
  bill spent = {};
  std::vector<std::string> wrong = {};

  void want(bool is_so, const std::string& what) {
    if (!is_so)
      wrong.push_back("budget of " + owner.path + ": wanted " + what + ", found " +
                      to_string(spent) + " and " + std::to_string(calls.size()) + " steps");
  }

  /// The budget knows by then what the call has spent.
  duration told_at(const call_record& x) const {
    auto known = x.until.value_or(end_since_begin(owner));
    return std::min(known, x.billed_at.value_or(known));
  }

  /// When more was known to be spent than may be; nothing: never.
  std::optional<duration> breach() const {
    std::vector<std::pair<duration, const call_record*>> bills;
    for (auto x : calls)
      bills.emplace_back(told_at(*x), x);
    std::sort(bills.begin(), bills.end());
    bill sum;
    for (auto& [at, x] : bills)
      if (sum += x->spent; !limit.hold(sum))
        return at;
    return {};
  }

  /// What was spent above the limit is at most what those spent in all that ran at the breach.
  void check_overshoot() {
    auto when = breach();
    if (!when)
      return;
    bill running;
    for (auto x : calls) {
      want(x->at <= *when, "no start after the breach, as of " + x->path);
      if (x->at <= *when && x->until.value_or(end_since_begin(owner)) >= *when)
        running += x->spent;
    }
    auto above = [](int64_t amount, int64_t bound) {
      return bound == no_bound ? 0 : amount - bound;
    };
    want(above(spent.mils, limit.mils) <= running.mils &&
           above(spent.tokens, limit.tokens) <= running.tokens,
         "no more above the limit than " + to_string(running));
  }

  /// It fails for its budget only if that would not be enough.
  void check_refusal() {
    auto& why = owner.error;
    if (!why || why->code != errc::budget_exceeded || why->path != owner.path)
      return;
    auto next = dearest(all.flow);
    next += spent;
    // Steps count that had a place and were not called, also those that were told to stop while
    // they waited for a permit.
    auto uncalled = std::count_if(all.what.ended.begin(), all.what.ended.end(), [&](auto& x) {
      auto is_uncalled = x->status == status::cancelled ||
                         (x->error && x->error->code == errc::unresolved_reference);
      return is_uncalled && all.is_path_inside(x->path, owner);
    });
    auto steps = static_cast<int64_t>(calls.size()) + uncalled;
    want(!limit.hold(next) || steps >= limit.steps, "to fail only for what does not fit");
  }

  void check() {
    for (auto& x : all.what.calls)
      if (all.is_inside(x, owner) && !all.is_undo(x.path)) {
        calls.push_back(&x);
        spent += x.spent;
      }
    want(!owner.success() || limit.hold(spent), "a success only within its bounds");
    want(static_cast<int64_t>(calls.size()) <= limit.steps,
         "at most " + std::to_string(limit.steps) + " steps");
    check_overshoot();
    check_refusal();
  }
};

} // namespace

std::vector<std::string> wrong_with_budgets(const rough_case& x) {
  std::vector<std::string> wrong;
  for (auto& owner : x.what.ended) {
    auto node = x.node_at(owner->path);
    // Wrappers inside of it have the same path, and no report.
    if (!node || !node->contains("budget") || !owner->metadata.contains("budget"))
      continue;
    one_budget one{x, *owner, bounds_of((*node)["budget"])};
    one.check();
    wrong.insert(wrong.end(), one.wrong.begin(), one.wrong.end());
  }
  return wrong;
}

} // namespace troupe::test
