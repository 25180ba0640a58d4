// SPDX-License-Identifier: Apache-2.0
#include "tests/property/maker.hpp"

#include <algorithm>

namespace troupe::test {

/// A list of nodes, one after another; what they leave stays readable.
document maker::nodes(int depth) {
  auto list = document::array();
  do
    list.push_back(node(depth, true));
  while (left_ > 0 && chance(depth == 4 ? 88 : 55));
  if (allowed_.jumps && chance(15))
    add_jumps(list);
  return list;
}

document maker::node_or_nodes(int depth) { return chance(50) ? nodes(depth) : node(depth, true); }

/// `named`: with an id of its own; else it is a branch that has its name by its key.
document maker::node(int depth, bool named, const string& key) {
  constexpr size_t most_repeats = 2;
  auto id = named ? new_id() : key;
  auto x = document::object();
  if (named)
    x["id"] = id;
  auto names = names_;
  left_ -= std::min<size_t>(left_, 1);
  surround_input(x);
  auto before = readable_;
  auto is_batch = allowed_.batches && repeats_ < most_repeats && chance(10);
  repeats_ += is_batch ? 1 : 0;
  if (is_batch)
    begin_batch(x);
  auto input = weight_;
  hangs_ = false;
  auto is_step = depth == 0 || left_ < 2 || chance(50);
  if (is_step)
    step(x);
  else
    group(x, depth - 1);
  surround(x, is_step);
  if (allowed_.fallbacks && chance(is_step ? 16 : 22))
    fall_back(x, depth - 1, before, input);
  guard(x, is_step);
  if (is_batch) {
    constexpr size_t usual_items = 4;
    --repeats_;
    names_ = names;
    readable_ = before; // nothing inside can be read from outside
    weight_ = 200 + usual_items * (weight_ + 100);
    type_ = "json";
  }
  readable_.push_back({id, weight_});
  return x;
}

void maker::group(document& x, int depth) {
  constexpr size_t most_repeats = 2;
  auto dice = below(100);
  if (!flows_.empty() && chance(20))
    call(x);
  else if (allowed_.loops && dice < 10 && repeats_ < most_repeats)
    loop(x, depth);
  else if (allowed_.choices && has_conditions_ && dice < 30)
    choice(x, depth);
  else if (allowed_.graphs && dice < 40)
    graph(x, depth);
  else if (dice < 62)
    x["sequence"] = nodes(depth);
  else
    parallel(x, depth);
}

std::string maker::deed(bool is_play) {
  auto dice = below(30);
  if (!chance(trouble_))
    return "succeed";
  if (dice < 14)
    return "fail";
  if (dice < 20 || !is_play)
    return "throw";
  if (dice < 24)
    return allowed_.crashes ? "crash" : "fail";
  return !allowed_.hangs ? "fail" : chance(85) ? "hang" : "deaf";
}

void maker::step(document& x) {
  document params;
  auto kind = word({"play", "play", "play", "play", "quick", "block"});
  auto is_play = kind == "play";
  params["does"] = deed(is_play);
  hangs_ = params["does"] == "hang" || params["does"] == "deaf";
  if (allowed_.retries && !hangs_ && chance(14))
    params["fails_first"] = 1 + below(3);
  if (is_play && chance(75))
    params["delay_ms"] = one_of({0, 1, 2, 3, 5, 5, 10, 20});
  if (!names_.empty() && names_.back().id == "index" && names_.size() > 1 && chance(60)) {
    auto item = names_[names_.size() - 2].id;
    if (item != "index")
      params["does"] = "${" + item + ".does ?? \"succeed\"}";
    if (is_play && item != "index")
      params["delay_ms"] = "${" + item + ".ms ?? 1}";
  }
  if (is_play && chance(40))
    params["parked"] = true;
  if (chance(60))
    params["cost"] = static_cast<double>(1 + below(9)) / 1000;
  if (allowed_.jumps && chance(15))
    params["action"] = word({"go", "back", "default", "elsewhere"});
  how_it_fails(params);
  weight_ = 70;
  if (chance(45))
    params["output"] = output();
  if (chance(25))
    params["quality"] = below(4);
  if (allowed_.contexts && chance(theme_.empty() ? 30 : 70))
    write_context(params["context"]);
  if (allowed_.contexts && chance(4))
    params["erases"] = key();
  x["type"] = kind;
  x["params"] = params;
  type_ = "any";
}

void maker::how_it_fails(document& params) {
  if (chance(40))
    params["code"] = word({"step_failed", "connection_failed", "denied", "process_exit"});
  if (chance(8))
    params["retryable"] = chance(50);
  if (chance(5))
    params["retry_after"] = 0.001 * one_of({1, 4, 30});
}

} // namespace troupe::test
