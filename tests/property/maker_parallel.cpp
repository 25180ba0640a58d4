// SPDX-License-Identifier: Apache-2.0
#include "tests/property/maker.hpp"

#include <algorithm>

namespace troupe::test {

void maker::parallel(document& x, int depth) {
  auto count = 1 + below(4);
  auto input = weight_;
  auto before = readable_;
  std::vector<readable> inside;
  std::set<string> types;
  size_t sum = 0;
  auto outer = theme_;
  auto theme = theme_ = chance(50) ? word({"a", "b", "l", "o"}) : outer;
  auto is_object = chance(40);
  auto branches = is_object ? document::object() : document::array();
  for (size_t i = 0; i < count; ++i) {
    readable_ = before; // branches do not see each other
    weight_ = input;
    if (!is_object) {
      branches.push_back(node(depth, true));
    } else {
      auto name = new_id();
      if (chance(30)) {
        branches[name] = nodes(depth > 0 ? depth - 1 : 0);
        readable_.push_back({name, weight_});
      } else {
        branches[name] = node(depth, false, name);
      }
    }
    sum += weight_;
    types.insert(type_);
    inside.insert(inside.end(), readable_.begin() + static_cast<std::ptrdiff_t>(before.size()),
                  readable_.end());
  }
  readable_ = before;
  readable_.insert(readable_.end(), inside.begin(), inside.end());
  weight_ = sum;
  x["parallel"] = branches;
  hangs_ = false;
  types.erase("any");
  join(x, count, types.size() < 2, theme);
  theme_ = outer;
}

void maker::join(document& x, size_t branches, bool may_combine, const string& theme) {
  if (chance(35))
    x["max_workers"] = 1 + below(3);
  auto merge = word({"collect_all", "outputs", "by_name", "first_success", "best_quality",
                     may_combine ? "combine_outputs" : "outputs", ""});
  if (allowed_.more_joins && chance(40))
    merge = word({"quorum", "majority_vote", "node", has_conditions_ ? "reduce" : "quorum"});
  type_ = merge == "by_name" ? "json"
          : merge == "outputs" || merge == "collect_all" || merge == "quorum" || merge.empty()
            ? "list"
            : "any";
  if (merge == "best_quality" && allowed_.scores && chance(50))
    x["merge"] = document{{"best_quality", {{"score", score()}}}};
  else if (merge == "combine_outputs" && chance(50))
    x["merge"] = document{{"combine_outputs", {{"separator", "+"}}}};
  else if (merge == "quorum")
    x["merge"][merge] = 1 + below(branches);
  else if (merge == "node")
    x["merge"][merge] = joiner(branches);
  else if (merge == "reduce")
    x["merge"][merge] = word({"length", "map(.status)"});
  else if (!merge.empty())
    x["merge"] = merge;
  if (allowed_.more_joins && chance(12))
    x["split"] = word({"round_robin", "chunk"});
  if (allowed_.more_joins && allowed_.contexts && chance(12))
    x["share"] = {word({"a", "b"}), word({"l", "o"})};
  if (merge == "collect_all" || merge.empty())
    weight_ += branches * 350;
  if (merge == "first_success" && !x.contains("max_workers") && !x.contains("split") && chance(40))
    x["hedge"]["after"] = ms({1, 2, 3, 5, 10});
  auto ends_early = merge == "first_success" || merge == "quorum";
  auto continues = ends_early || merge == "best_quality" || merge == "majority_vote";
  if (chance(40)) {
    continues = ends_early || chance(70);
    x["on_error"] = continues ? "continue" : "fail_fast";
  }
  if (continues && chance(25))
    x["min_success"] = 1 + below(branches);
  if (!allowed_.contexts || chance(40))
    return;
  for (auto name : {"a", "b", "l", "o", "*"})
    if (chance(name == theme ? 80 : 40))
      x["context_merge"][name] = policy_for(name);
}

/// Its input is the list of all results.
document maker::joiner(size_t branches) {
  weight_ += branches * 350;
  auto outer = std::exchange(left_, 1);
  auto x = node(0, true);
  left_ = outer;
  return x;
}

document maker::score() {
  document params{{"output", "${previous.n}"}};
  if (chance(50))
    params["delay_ms"] = one_of({1, 5});
  if (chance(20))
    params["does"] = word({"fail", "throw"});
  params["cost"] = 0.001;
  return {{"id", new_id()}, {"type", "play"}, {"params", params}};
}

} // namespace troupe::test
