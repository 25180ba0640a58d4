// SPDX-License-Identifier: Apache-2.0
#include "tests/property/rough.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace troupe::test {

using nlohmann::json;

namespace {

class rules {
public:
  rules(const document& flow, const performance& what) : flow_{flow}, what_{what} {}

  std::vector<std::string> broken() {
    want(what_.refusal.empty(), "a valid flow", what_.refusal);
    want(!what_.is_endless, "an end", "none");
    if (!what_.result || !what_.refusal.empty())
      return complaints_;
    want(what_.starts == what_.answers, "an answer to each start", "otherwise");
    want(what_.left_alive == 0, "nobody left", std::to_string(what_.left_alive) + " actors");
    auto found = bill_of(what_.result->metrics);
    want(found == what_.spent, "a bill of " + to_string(what_.spent), to_string(found));
    want(what_.held == 0, "every permit back", std::to_string(what_.held) + " held");
    collect(flow_);
    for (auto& x : what_.ended)
      check_budget(*x);
    check_undone();
    return complaints_;
  }

private:
  void want(bool is_so, const std::string& wanted, const std::string& found) {
    if (!is_so)
      complaints_.push_back("wanted " + wanted + ", found " + found);
  }

  void collect(const document& x) {
    if (!x.is_structured())
      return;
    if (x.is_object() && x.contains("undo"))
      undoable_.insert(x["id"].get<std::string>());
    if (x.is_object() && x.contains("budget") && x.contains("id"))
      limited_.insert(x["id"].get<std::string>());
    if (x.is_object() && x.contains("expects"))
      dearest_ = std::max(dearest_, x["expects"]["cost_usd"].get<double>());
    for (auto& member : x)
      collect(member);
  }

  /// Whoever has a budget ends well within it, and fails for it only if it would not be enough.
  void check_budget(const step_result& x) {
    auto report = x.metadata.find("budget");
    if (!limited_.contains(x.name)) // a backup's is told by its primary, too (FINDINGS 14)
      return;
    if (report == x.metadata.end() || !report->second.json().contains("cost_usd"))
      return;
    constexpr double grain = 1e-9;
    auto limit = report->second.json()["cost_usd"]["limit"].get<double>();
    auto spent = x.metrics.json().value("cost_usd", 0.0);
    want(!x.success() || spent <= limit + grain, x.path + " to spend " + std::to_string(limit),
         std::to_string(spent));
    auto is_own = x.error && x.error->code == errc::budget_exceeded && x.error->path == x.path;
    want(!is_own || spent + dearest_ > limit + grain,
         x.path + " to fail only if " + std::to_string(limit) + " are too little",
         std::to_string(spent));
  }

  /// If the whole flow is rolled back, whatever was done is undone, once. Each scope begins with
  /// what was done last.
  void check_undone() {
    std::multiset<std::string> done, undone;
    std::map<std::string, int64_t> ends;
    for (auto& x : what_.ended) {
      if (x->success() && undoable_.contains(x->name))
        done.insert(x->path);
      if (x->success())
        ends[x->path] = (x->started_at.time_since_epoch() + x->duration).count();
      auto list = x->metadata.find("undone");
      if (list == x->metadata.end())
        continue;
      auto last = std::numeric_limits<int64_t>::max();
      want(!x->success(), "no undo in " + x->path + ", which has made it", "one");
      for (auto& one : list->second.json()) {
        auto path = one["path"].get<std::string>();
        undone.insert(path);
        want(ends.contains(path) && ends[path] <= last,
             path + " to be undone before those that "
                    "ended earlier",
             "otherwise");
        last = ends[path];
      }
    }
    auto rolls_back = flow_.value("on_error", "stop") == "rollback";
    auto text = [](auto& all) {
      return json(std::vector<std::string>(all.begin(), all.end())).dump();
    };
    // That its `output` has failed rolls nothing back today (FINDINGS 13).
    if (rolls_back && !what_.result->tree->success())
      want(done == undone, "all of these undone: " + text(done), text(undone));
    want(std::includes(done.begin(), done.end(), undone.begin(), undone.end()),
         "nothing undone but " + text(done), text(undone));
  }

  const document& flow_;
  const performance& what_;
  std::set<std::string> undoable_, limited_;
  double dearest_ = 0;
  std::vector<std::string> complaints_;
};

} // namespace

std::vector<std::string> rules_broken_by(const document& flow, const performance& what) {
  return rules{flow, what}.broken();
}

} // namespace troupe::test
