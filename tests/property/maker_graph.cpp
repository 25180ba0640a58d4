// SPDX-License-Identifier: Apache-2.0
#include "tests/property/maker.hpp"

#include <algorithm>

namespace troupe::test {

/// None, one, or one inside of another; the inner one first.
maker::cycles maker::cycles_in(size_t count) {
  cycles all;
  cycle outer{1 + below(2), 1 + below(5)};
  outer.end = std::max(outer.entry, outer.end);
  if (outer.end >= count)
    return all;
  all.push_back(outer);
  if (outer.end < outer.entry + 2 || chance(50))
    return all;
  auto entry = outer.entry + 1 + below(outer.end - outer.entry - 1);
  all.insert(all.begin(), cycle{entry, entry + below(outer.end - entry)});
  return all;
}

/// Which earlier nodes each node of a graph comes right after. A cycle is entered at its front, and
/// left at its end alone, to which all ways in it lead.
std::vector<std::set<size_t>> maker::graph_shape(size_t count, const cycles& all) {
  std::vector<std::set<size_t>> into(count);
  auto may_lead = [&](size_t from, size_t to) {
    return std::all_of(all.begin(), all.end(), [&](auto& x) {
      return x.has(from) == x.has(to) || (x.has(to) ? to == x.entry : from == x.end);
    });
  };
  auto is_followed = [&](size_t from, size_t before) {
    return std::any_of(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(before),
                       [&](auto& x) { return x.contains(from); });
  };
  for (size_t i = 1; i < count; ++i) {
    auto must = std::any_of(all.begin(), all.end(), [&](auto& x) { return x.has(i); });
    std::vector<size_t> choice;
    for (size_t from = 0; from < i; ++from)
      if (may_lead(from, i))
        choice.push_back(from);
    for (auto more = 1 + below(2); more > 0; --more)
      if (must || chance(85))
        into[i].insert(choice[below(choice.size())]);
    for (auto& x : all)
      for (auto from = x.entry; x.end == i && from < i; ++from)
        if (!is_followed(from, i) && may_lead(from, i))
          into[i].insert(from);
  }
  return into;
}

void maker::graph(document& x, int depth) {
  constexpr size_t most_repeats = 2;
  auto is_list = chance(30);
  auto count = 2 + below(6);
  cycles around;
  if (!is_list && repeats_ < most_repeats && chance(60))
    around = cycles_in(count);
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
    auto outer = repeats_;
    for (auto& one : around)
      repeats_ += one.has(i) ? 1 : 0;
    list.push_back(node(depth, true));
    repeats_ = outer;
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
  for (auto& one : around) {
    x["graph"]["nodes"][one.entry]["max_visits"] = 1 + below(4);
    if (x["graph"]["nodes"][one.end].contains("params"))
      x["graph"]["nodes"][one.end]["params"]["turns"] = {"back", "back", "go", "elsewhere"};
  }
  if (chance(40))
    x["on_error"] = word({"continue", "fail_fast"});
}

void maker::depend(document& x, const document& list, const std::set<size_t>& into) {
  x["depends_on"] = document::array();
  for (auto from : into)
    x["depends_on"].push_back(list[from]["id"]);
}

document maker::edges(const document& list, const std::vector<std::set<size_t>>& into,
                      const cycles& around) {
  auto all = document::array();
  auto add = [&](size_t from, size_t to, const string& action) {
    all.push_back({{"from", list[from]["id"]}, {"to", list[to]["id"]}});
    if (!action.empty())
      all.back()["action"] = action;
  };
  auto any_of_them = [&](auto&& is) { return std::any_of(around.begin(), around.end(), is); };
  for (size_t i = 0; i < into.size(); ++i)
    for (auto from : into[i]) {
      auto is_inner = any_of_them([&](auto& x) { return x.has(from) && x.has(i); });
      auto action = is_inner || chance(60) ? "" : word({"error", "go", "back", "default"});
      if (action == "back" && any_of_them([&](auto& x) { return x.end == from; }))
        action = "error";
      add(from, i, action);
      if (!is_inner && action != "error" && chance(12))
        add(from, i, "error");
    }
  for (auto& x : around)
    add(x.end, x.entry, "back");
  return all;
}

} // namespace troupe::test
