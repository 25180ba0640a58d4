// SPDX-License-Identifier: Apache-2.0
#include "tests/property/maker.hpp"

#include <algorithm>

namespace troupe::test {

void maker::surround_input(document& x) {
  if (has_conditions_ && chance(30))
    x["when"] = condition();
  if (!chance(14))
    return;
  auto quote = quoted_previous();
  x["input"] = chance(50) ? document{{"n", 7}, {"x", quote}} : document(reference());
  weight_ += 20;
}

void maker::surround(document& x, bool is_step) {
  auto hangs = is_step && hangs_;
  if (allowed_.time_limits && chance(hangs ? 80 : 12))
    x["timeout"] = ms({1, 2, 5, 8, 20, 30});
  if (allowed_.time_limits && chance(hangs ? 15 : 8))
    x["deadline"] = ms({2, 5, 10, 25, 40});
  auto helps = is_step && x["params"].contains("fails_first");
  if (allowed_.retries && chance(helps ? 75 : 12))
    x["retry"] = retry();
  if (allowed_.contexts && chance(20))
    x["set"][key()] = chance(50)   ? document("${result.n ?? 1}")
                      : chance(50) ? document(below(9))
                                   : document("${previous.n ?? 2}");
  auto reads_inside = allowed_.sets_read_branches || x.contains("sequence");
  if (reads_inside && !is_step && !x.contains("choice") && chance(8))
    x["set"]["a"] = reference();
}

document maker::retry() {
  document x{{"attempts", 2 + below(3)}, {"initial", ms({1, 2, 5})}, {"jitter", "none"}};
  if (chance(50))
    x["factor"] = 1 + below(2);
  if (chance(20))
    x["max"] = ms({1, 4});
  if (chance(15))
    x["on"] = document{word({"step_failed", "timeout", "crashed"}), "connection_failed"};
  if (chance(12))
    x["max_elapsed"] = ms({3, 10, 20});
  return x;
}

void maker::fall_back(document& x, int depth, const std::vector<readable>& before, size_t input) {
  auto inside = std::exchange(readable_, before);
  auto heaviest = weight_;
  auto type = type_;
  auto list = document::array();
  for (size_t i = 0; i == 0 || (i < 3 && chance(30)); ++i) {
    readable_ = before; // backups see neither the primary nor each other
    weight_ = input;
    list.push_back(node(std::max(0, depth - 1), true));
    list.back().erase("when");
    heaviest = std::max(heaviest, weight_);
  }
  x["fallback"] = list.size() == 1 && chance(60) ? list[0] : list;
  if (chance(25))
    x["fallback_on"] = document{"step_failed", word({"timeout", "crashed", "denied"})};
  readable_ = inside;
  type_ = type;
  weight_ = heaviest + 600; // what failed is told in the metadata
}

/// Limits, budgets and undos.
void maker::guard(document& x, bool is_step) {
  if (allowed_.limits && is_step && chance(35))
    x["limit"] = chance(70) ? document(word({"one", "two", "slow"})) : document{"one", "slow"};
  if (allowed_.budgets)
    budget(x, is_step);
  if (allowed_.undos)
    take_back(x, is_step);
}

void maker::budget(document& x, bool is_step) {
  if (chance(14)) {
    auto kind = below(4);
    if (kind == 0)
      x["budget"]["steps"] = below(8);
    if (kind == 1 || kind == 3)
      x["budget"]["tokens"] = 10 * below(20);
    if (kind >= 2)
      x["budget"]["cost_usd"] = static_cast<double>(below(30)) / 1000;
  }
  if (!is_step)
    return;
  if (chance(20))
    x["expects"]["cost_usd"] = static_cast<double>(1 + below(9)) / 1000;
  if (chance(10))
    x["expects"]["tokens"] = 10 * below(5);
  if (chance(50))
    x["params"]["tokens"] = 10 * below(8);
  if (chance(40))
    x["params"]["bill_after_ms"] = below(4);
}

/// The scopes have no wrapper of which the end would look like their own.
void maker::take_back(document& x, bool is_step) {
  auto has = [&](auto key) { return x.contains(key); };
  if (is_step && has("id") && chance(50))
    x["undo"] = {{"id", new_id()},
                 {"type", "play"},
                 {"params", {{"does", chance(80) ? "succeed" : "fail"}, {"delay_ms", below(4)}}}};
  if (has("deadline") || has("fallback"))
    return;
  auto goes_on =
    has("min_success") || (has("parallel") && has("merge") &&
                           (x["merge"] == "first_success" || x["merge"].contains("quorum")));
  if (!is_step && !has("on_error") && !goes_on && chance(25))
    x["on_error"] = "rollback";
  if (has("batch") && x["batch"].is_object() && !x["batch"].contains("on_error") &&
      !x["batch"].contains("tolerated") && chance(40))
    x["batch"]["on_error"] = "rollback";
}

} // namespace troupe::test
