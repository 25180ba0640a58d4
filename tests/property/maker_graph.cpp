// SPDX-License-Identifier: Apache-2.0
#include "tests/property/maker.hpp"

#include <algorithm>

namespace troupe::test {

/// Which earlier nodes each node of a graph comes right after. A cycle is a chain that is entered
/// at its front, and left at its end alone.
std::vector<std::set<size_t>> maker::graph_shape(size_t count, std::optional<cycle>& around) {
  std::vector<std::set<size_t>> into(count);
  if (around && (around->entry == 0 || around->end >= count))
    around.reset();
  for (size_t i = 1; i < count; ++i) {
    if (around && i > around->entry && i <= around->end) {
      into[i].insert(i - 1);
      continue;
    }
    auto must = around && i == around->entry;
    for (auto more = 1 + below(2); more > 0; --more) {
      auto from = below(i);
      auto is_inner = around && from >= around->entry && from < around->end;
      if (!is_inner && (must || chance(85)))
        into[i].insert(from);
    }
    if (must && into[i].empty())
      into[i].insert(i - 1);
  }
  return into;
}

void maker::graph(document& x, int depth) {
  constexpr size_t most_repeats = 2;
  auto is_list = chance(30);
  auto count = 2 + below(5);
  std::optional<cycle> around;
  if (!is_list && repeats_ < most_repeats && chance(60))
    around = {1 + below(2), 1 + below(3)};
  if (around && around->end < around->entry)
    around->end = around->entry;
  auto into = graph_shape(count, around);
  auto before = readable_;
  auto input = weight_;
  std::vector<std::vector<readable>> known(count); // by node: its own, and what it may read
  std::vector<size_t> weights(count);
  std::vector<readable> inside;
  auto list = document::array();
  for (size_t i = 0; i < count; ++i) {
    readable_ = before;
    weight_ = into[i].empty() ? input : 0;
    for (auto from : into[i]) {
      weight_ += weights[from];
      for (auto& one : known[from])
        if (std::none_of(readable_.begin(), readable_.end(),
                         [&](auto& y) { return y.id == one.id; }))
          readable_.push_back(one);
    }
    auto sees = readable_.size();
    auto is_inner = around && i >= around->entry && i <= around->end;
    repeats_ += is_inner ? 1 : 0;
    list.push_back(node(depth, true));
    repeats_ -= is_inner ? 1 : 0;
    inside.insert(inside.end(), readable_.begin() + static_cast<std::ptrdiff_t>(sees),
                  readable_.end());
    known[i].assign(readable_.begin() + static_cast<std::ptrdiff_t>(before.size()),
                    readable_.end());
    weights[i] = weight_;
  }
  readable_ = before;
  readable_.insert(readable_.end(), inside.begin(), inside.end());
  weight_ = 0;
  for (auto one : weights)
    weight_ += one;
  type_ = "any";
  if (is_list) {
    for (size_t i = 0; i < count; ++i)
      if (into[i] != std::set{i - 1} || chance(50) || (i == 1 && list[0].size() > 0))
        depend(list[i], list, into[i]);
    x["sequence"] = list;
    return;
  }
  x["graph"] = document{{"nodes", list}, {"edges", edges(list, into, around)}};
  if (around)
    x["graph"]["nodes"][around->entry]["max_visits"] = 1 + below(4);
  if (around && x["graph"]["nodes"][around->end].contains("params"))
    x["graph"]["nodes"][around->end]["params"]["turns"] = {"back", "back", "go", "elsewhere"};
  if (chance(40))
    x["on_error"] = word({"continue", "fail_fast"});
}

void maker::depend(document& x, const document& list, const std::set<size_t>& into) {
  x["depends_on"] = document::array();
  for (auto from : into)
    x["depends_on"].push_back(list[from]["id"]);
}

document maker::edges(const document& list, const std::vector<std::set<size_t>>& into,
                      const std::optional<cycle>& around) {
  auto all = document::array();
  auto add = [&](size_t from, size_t to, const string& action) {
    all.push_back({{"from", list[from]["id"]}, {"to", list[to]["id"]}});
    if (!action.empty())
      all.back()["action"] = action;
  };
  for (size_t i = 0; i < into.size(); ++i)
    for (auto from : into[i]) {
      auto is_inner = around && from >= around->entry && from < around->end;
      auto action = is_inner || chance(60) ? "" : word({"error", "go", "back", "default"});
      if (around && from == around->end && action == "back")
        action = "error";
      add(from, i, action);
      if (!is_inner && action != "error" && chance(12))
        add(from, i, "error");
    }
  if (around)
    add(around->end, around->entry, "back");
  return all;
}

} // namespace troupe::test
