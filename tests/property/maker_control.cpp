// SPDX-License-Identifier: Apache-2.0
#include "tests/property/maker.hpp"

#include <algorithm>

namespace troupe::test {

std::string maker::condition() {
  return word({". > 3", ".n > 500000", "true", "false", ". == null", ".n == null"});
}

/// What is made next runs once for each item; in its steps, `item` is what the items bring along.
void maker::begin_batch(document& x) {
  document spec{{"items", items()}};
  string as = "item";
  if (chance(30))
    spec["as"] = as = word({"thing", "piece"});
  if (chance(60))
    spec["parallel"] = chance(85);
  if (chance(50))
    spec["max_concurrent"] = 1 + below(3);
  if (chance(20))
    spec["batch_size"] = 1 + below(3);
  auto rule = word({"fail_fast", "continue", "continue", ""});
  if (!rule.empty())
    spec["on_error"] = rule;
  if (rule != "fail_fast" && chance(35))
    spec["tolerated"] = chance(50) ? document(below(3)) : document(word({"25%", "34%", "50%"}));
  x["batch"] = spec.size() == 1 && chance(80) ? spec["items"] : spec;
  names_.push_back({as, 60});
  names_.push_back({"index", 2});
  weight_ = 60;
}

document maker::items() {
  if (chance(12))
    return word({"${context.l ?? \"none\"}", "${previous}"});
  if (chance(10))
    return reference();
  auto list = document::array();
  for (auto count = below(6); count > 0; --count)
    list.push_back(item());
  return list;
}

/// Some say what becomes of them.
document maker::item() {
  if (chance(20))
    return chance(50) ? document(below(9)) : document(reference());
  document x{{"n", below(9)}};
  if (chance(trouble_))
    x["does"] = word({"fail", "throw"});
  if (chance(60))
    x["ms"] = one_of({0, 1, 2, 5, 9});
  return x;
}

void maker::loop(document& x, int depth) {
  auto before = readable_;
  auto names = names_;
  names_.push_back({"index", 2});
  ++repeats_;
  auto most = 1 + below(4);
  auto is_asked = has_conditions_ && chance(75);
  if (is_asked)
    for (auto key : {"while", "until"})
      if (chance(60))
        x[key] = condition();
  x["loop"] = node_or_nodes(depth);
  x["max_iterations"] = most;
  if (!(x.contains("while") || x.contains("until")) || chance(50))
    x["on_limit"] = "stop";
  if (chance(40))
    x["carry"] =
      chance(60) ? document{{"n", "${index}"}, {"x", quoted_previous()}} : document(reference());
  --repeats_;
  names_ = names;
  readable_ = before;
  weight_ *= 1 + most;
  type_ = "any";
}

void maker::choice(document& x, int depth) {
  auto before = readable_;
  auto inside = before;
  auto input = weight_;
  auto heaviest = weight_;
  auto list = document::array();
  auto keep = [&] {
    inside.insert(inside.end(), readable_.begin() + static_cast<std::ptrdiff_t>(before.size()),
                  readable_.end());
    heaviest = std::max(heaviest, weight_);
    readable_ = before;
    weight_ = input;
  };
  for (auto count = 1 + below(3); count > 0; --count) {
    list.push_back({{"when", condition()}, {"then", node_or_nodes(depth)}});
    keep();
  }
  if (chance(50)) {
    list.push_back({{"else", node_or_nodes(depth)}});
    keep();
  }
  x["choice"] = list;
  readable_ = inside;
  weight_ = heaviest;
  type_ = "any";
}

/// Ways through a list that has none yet.
void maker::add_jumps(document& list) {
  if (list.size() < 2)
    return;
  for (auto& x : list) {
    if (!chance(45))
      continue;
    type_ = "any";
    x["max_visits"] = 1 + below(3);
    if (chance(35)) {
      x["next"] = target(list);
      continue;
    }
    x["next"] = document::object();
    for (auto action : {"go", "back", "error", "default"})
      if (chance(action == string{"default"} ? 25 : 50))
        x["next"][action] = target(list);
    if (chance(15))
      x["action"] = word({"${context.a ?? \"go\"}", "${previous.way ?? \"go\"}", "${index ?? 1}"});
    if (x.contains("action") && x["action"] == "${index ?? 1}" && names_.empty())
      x["action"] = "back${previous.way ?? \"\"}";
  }
}

document maker::target(const document& list) {
  if (chance(15))
    return "end";
  return list[below(list.size())]["id"];
}

} // namespace troupe::test
