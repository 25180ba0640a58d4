// SPDX-License-Identifier: Apache-2.0
#include "tests/property/random_flow.hpp"

#include <algorithm>
#include <initializer_list>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace troupe::test {

namespace {

using std::string;

/// Outputs grow where branches repeat what they were given; beyond this they name a digest only.
constexpr size_t heaviest_quote = 1500;

class maker {
public:
  maker(uint64_t seed, const features& allowed)
    : random_{seed}, allowed_{allowed}, has_conditions_{allowed.conditions && chance(5)} {}

  document flow() {
    left_ = 1 + below(allowed_.most_nodes);
    trouble_ = one_of({2, 6, 15, 30});
    document x{{"troupe", 1}, {"name", "random"}};
    if (allowed_.contexts)
      x["context"] = begin_context();
    weight_ = 2;
    x["pipeline"] = nodes(4);
    if (chance(30))
      x["output"] = document{{"last", quoted_previous()}, {"read", reference()}};
    return x;
  }

private:
  struct readable {
    string id;
    size_t weight;
  };

  size_t below(size_t n) { return n == 0 ? 0 : random_() % n; }
  bool chance(size_t percent) { return below(100) < percent; }
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return *(all.begin() + static_cast<std::ptrdiff_t>(below(all.size())));
  }
  string word(std::initializer_list<const char*> all) { return one_of(all); }
  string ms(std::initializer_list<int> all) { return std::to_string(one_of(all)) + "ms"; }
  string new_id() { return "n" + std::to_string(++last_id_); }

  // What the nodes are.

  /// A list of nodes, one after another; what they leave stays readable.
  document nodes(int depth) {
    auto list = document::array();
    do
      list.push_back(node(depth, true));
    while (left_ > 0 && chance(depth == 4 ? 88 : 55));
    return list;
  }

  /// `named`: with an id of its own; else it is a branch that has its name by its key.
  document node(int depth, bool named, const string& key = "") {
    auto id = named ? new_id() : key;
    auto x = document::object();
    if (named)
      x["id"] = id;
    auto before = readable_;
    auto input = weight_;
    left_ -= std::min<size_t>(left_, 1);
    surround_input(x);
    hangs_ = false;
    auto is_step = depth == 0 || left_ < 2 || chance(50);
    if (is_step)
      step(x);
    else if (chance(45))
      x["sequence"] = nodes(depth - 1);
    else
      parallel(x, depth - 1);
    surround(x, is_step);
    if (allowed_.fallbacks && chance(is_step ? 16 : 22))
      fall_back(x, depth - 1, before, input);
    readable_.push_back({id, weight_});
    return x;
  }

  void step(document& x) {
    document params;
    auto kind = word({"play", "play", "play", "play", "quick", "block"});
    auto is_play = kind == "play";
    auto dice = below(30);
    if (!chance(trouble_))
      params["does"] = "succeed";
    else if (dice < 14)
      params["does"] = "fail";
    else if (dice < 20 || !is_play)
      params["does"] = "throw";
    else if (dice < 24)
      params["does"] = allowed_.crashes ? "crash" : "fail";
    else
      params["does"] = !allowed_.hangs ? "fail" : chance(85) ? "hang" : "deaf";
    hangs_ = params["does"] == "hang" || params["does"] == "deaf";
    if (allowed_.retries && !hangs_ && chance(14))
      params["fails_first"] = 1 + below(3);
    if (is_play && chance(75))
      params["delay_ms"] = one_of({0, 1, 2, 3, 5, 5, 10, 20});
    if (is_play && chance(40))
      params["parked"] = true;
    if (chance(60))
      params["cost"] = static_cast<double>(1 + below(9)) / 1000;
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

  void how_it_fails(document& params) {
    if (chance(40))
      params["code"] = word({"step_failed", "connection_failed", "denied", "process_exit"});
    if (chance(8))
      params["retryable"] = chance(50);
    if (chance(5))
      params["retry_after"] = 0.001 * one_of({1, 4, 30});
  }

  void parallel(document& x, int depth) {
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

  void join(document& x, size_t branches, bool may_combine, const string& theme) {
    if (chance(35))
      x["max_workers"] = 1 + below(3);
    auto merge = word({"collect_all", "outputs", "by_name", "first_success", "best_quality",
                       may_combine ? "combine_outputs" : "outputs", ""});
    type_ = merge == "by_name"                                              ? "json"
            : merge == "outputs" || merge == "collect_all" || merge.empty() ? "list"
                                                                            : "any";
    if (merge == "best_quality" && allowed_.scores && chance(50))
      x["merge"] = document{{"best_quality", {{"score", score()}}}};
    else if (merge == "combine_outputs" && chance(50))
      x["merge"] = document{{"combine_outputs", {{"separator", "+"}}}};
    else if (!merge.empty())
      x["merge"] = merge;
    if (merge == "collect_all" || merge.empty())
      weight_ += branches * 350;
    auto continues = merge == "first_success" || merge == "best_quality";
    if (chance(40)) {
      continues = merge == "first_success" || chance(70);
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

  document score() {
    document params{{"output", "${previous.n}"}};
    if (chance(50))
      params["delay_ms"] = one_of({1, 5});
    if (chance(20))
      params["does"] = word({"fail", "throw"});
    params["cost"] = 0.001;
    return {{"id", new_id()}, {"type", "play"}, {"params", params}};
  }

  // What surrounds them.

  void surround_input(document& x) {
    if (has_conditions_ && chance(30))
      x["when"] = word({". > 3", ".n > 500000", "true", "false", ". == null", ".n == null"});
    if (!chance(14))
      return;
    auto quote = quoted_previous();
    x["input"] = chance(50) ? document{{"n", 7}, {"x", quote}} : document(reference());
    weight_ += 20;
  }

  void surround(document& x, bool is_step) {
    auto hangs = is_step && hangs_;
    if (allowed_.limits && chance(hangs ? 80 : 12))
      x["timeout"] = ms({1, 2, 5, 8, 20, 30});
    if (allowed_.limits && chance(hangs ? 15 : 8))
      x["deadline"] = ms({2, 5, 10, 25, 40});
    auto helps = is_step && x["params"].contains("fails_first");
    if (allowed_.retries && chance(helps ? 75 : 12))
      x["retry"] = retry();
    if (allowed_.contexts && chance(20))
      x["set"][key()] = chance(50)   ? document("${result.n ?? 1}")
                        : chance(50) ? document(below(9))
                                     : document("${previous.n ?? 2}");
    if ((x.contains("sequence") || allowed_.sets_read_branches) && !is_step && chance(8))
      x["set"]["a"] = reference();
  }

  document retry() {
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

  void fall_back(document& x, int depth, const std::vector<readable>& before, size_t input) {
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

  // Values.

  document begin_context() {
    auto x = document::object();
    for (auto name : {"a", "b", "l", "o"}) {
      if (chance(60))
        x[name]["value"] = value_for(name);
      if (chance(40))
        x[name]["merge"] = policy_for(name);
    }
    return x;
  }

  string key() { return word({"a", "b"}); }

  void write_context(document& changes) {
    auto name = !theme_.empty() && chance(70) ? theme_ : word({"a", "b", "l", "o"});
    changes[name] = chance(4) ? document("of another type") : value_for(name);
    if (chance(30))
      changes["a"] = value_for("a");
  }

  document value_for(const string& name) {
    if (name == "l") {
      auto list = chance(50) ? document{"base"} : document::array();
      for (size_t i = below(3); i > 0; --i)
        list.push_back(below(5));
      return list;
    }
    if (name == "o")
      return document{{word({"x", "y", "z"}), below(9)}, {"in", {{word({"p", "q"}), below(3)}}}};
    return below(20);
  }

  string policy_for(const string& name) {
    auto any = word({"last_write_wins", "first_write_wins", "error"});
    if (name == "*" || chance(30))
      return any;
    if (name == "l")
      return word({"append", "union"});
    return name == "o" ? "deep_merge" : word({"sum", "max", "min"});
  }

  document output() {
    auto quote = quoted_previous();
    switch (below(7)) {
    case 0:
      return "text of ${previous.n ?? \"nobody\"}";
    case 1:
      return document::array({below(9), "${previous.n ?? 0}"});
    case 2:
      return below(100);
    case 3:
      return {{"n", below(1000)}, {"read", reference()}};
    case 4:
      return reference();
    case 5:
      return {{"in", {{new_id(), below(5)}}}, {"n", "${previous.n ?? 1}"}};
    default:
      return {{"got", quote}, {"n", below(1000)}};
    }
  }

  string quoted_previous() {
    if (weight_ > heaviest_quote)
      return "${previous.n ?? \"much\"}";
    weight_ += 70;
    return "${previous}";
  }

  /// Something that was there before; now and then strictly, which may fail.
  string reference() {
    if (allowed_.contexts && chance(30))
      return chance(10) ? "${context." + key() + "}" : "${context." + key() + " ?? \"none\"}";
    if (readable_.empty())
      return "nothing to read";
    auto& [id, weight] = readable_[below(readable_.size())];
    if (weight > heaviest_quote)
      return "${" + id + ".n ?? \"none\"}";
    weight_ += weight;
    return chance(25) ? "${" + id + "}" : "${" + id + " ?? \"none\"}";
  }

  std::mt19937_64 random_;
  features allowed_;
  bool has_conditions_;
  size_t left_ = 0;    ///< nodes that may still be made
  size_t trouble_ = 0; ///< of so many steps in a hundred
  string theme_ = {};  ///< a context key that all steps around like to write
  int last_id_ = 0;
  size_t weight_ = 0;   ///< about how many bytes the output has of what was made last
  string type_ = "any"; ///< that validation knows of the output of what was made last
  bool hangs_ = false;
  std::vector<readable> readable_;
};

} // namespace

document random_flow(uint64_t seed, const features& allowed) { return maker{seed, allowed}.flow(); }

} // namespace troupe::test
