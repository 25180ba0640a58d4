// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/random_flow.hpp"

#include <initializer_list>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace troupe::test {

/// Makes one random flow.
class maker {
public:
  maker(uint64_t seed, const features& allowed);
  document flow();

private:
  using string = std::string;

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
  string condition();

  // What the nodes are.
  document nodes(int depth);
  document node(int depth, bool named, const string& key = "");
  document node_or_nodes(int depth);
  void group(document& x, int depth);
  void step(document& x);
  string deed(bool is_play);
  void how_it_fails(document& params);

  // Branches.
  void parallel(document& x, int depth);
  void join(document& x, size_t branches, bool may_combine, const string& theme);
  document score();
  document joiner(size_t branches);

  // Repetition and ways.
  void begin_batch(document& x);
  document items();
  document item();
  void loop(document& x, int depth);
  void choice(document& x, int depth);
  void add_jumps(document& list);
  document target(const document& list);

  // Flows that are called.
  struct callable {
    string name;
    size_t weight;
  };
  document called_flows();
  document called_flow();
  void call(document& x);

  // Graphs.
  struct cycle {
    size_t entry, end;
    bool has(size_t node) const { return entry <= node && node <= end; }
  };
  using cycles = std::vector<cycle>;
  void graph(document& x, int depth);
  cycles cycles_in(size_t count);
  std::vector<std::set<size_t>> graph_shape(size_t count, const cycles& all);
  void depend(document& x, const document& list, const std::set<size_t>& into);
  document edges(const document& list, const std::vector<std::set<size_t>>& into,
                 const cycles& around);

  // What surrounds them.
  void surround_input(document& x);
  void surround(document& x, bool is_step);
  document retry();
  void guard(document& x, bool is_step);
  void budget(document& x, bool is_step);
  void take_back(document& x, bool is_step);
  void fall_back(document& x, int depth, const std::vector<readable>& before, size_t input);

  // Values.
  document begin_context();
  string key() { return word({"a", "b"}); }
  void write_context(document& changes);
  document value_for(const string& name);
  string policy_for(const string& name);
  document output();
  string quoted_previous();
  string reference();

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
  size_t repeats_ = 0; ///< batches and loops around
  std::vector<readable> readable_;
  std::vector<callable> flows_;
  std::vector<readable> names_; ///< of items and numbers, inside of batches and loops
};

} // namespace troupe::test
