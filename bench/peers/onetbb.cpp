// SPDX-License-Identifier: Apache-2.0
// The shapes of bench/ on the flow graph of oneTBB. Waits are left out: they would block a worker.

#include "bench/layers.hpp"
#include "bench/measure.hpp"

#include <tbb/flow_graph.h>

#include <cstdlib>
#include <deque>

namespace {

namespace flow = tbb::flow;

/// Nodes that run once when all before them have: each puts what it was given in its place.
class graph {
public:
  size_t add(size_t from = 0) {
    auto number = nodes_.size();
    outputs_.push_back(0);
    nodes_.emplace_back(graph_, [this, number, from](const flow::continue_msg&) {
      outputs_[number] = number == 0 ? input_ : outputs_[from];
    });
    return number;
  }

  void connect(size_t from, size_t to) { flow::make_edge(nodes_[from], nodes_[to]); }

  /// Begins at the first node.
  void run() {
    ++input_;
    nodes_.front().try_put({});
    graph_.wait_for_all();
  }

  /// What the last run gave has come to every node.
  bool complete() const {
    return std::count(outputs_.begin(), outputs_.end(), input_) == std::ssize(outputs_);
  }

private:
  flow::graph graph_;
  std::deque<flow::continue_node<flow::continue_msg>> nodes_; // they cannot move
  std::vector<size_t> outputs_;
  size_t input_ = 0;
};

void chain(graph& x, size_t count) {
  x.add();
  for (size_t i = 1; i < count; ++i)
    x.connect(i - 1, x.add(i - 1));
}

void fan_out(graph& x, size_t count) {
  auto begin = x.add();
  auto join = x.add(begin);
  for (size_t i = 0; i < count; ++i) {
    auto branch = x.add(begin);
    x.connect(begin, branch);
    x.connect(branch, join);
  }
}

void layered(graph& x, size_t count) {
  auto begin = x.add();
  for (size_t i = 0; i < count; ++i) {
    auto sources = bench::before(i);
    for (auto& from : sources)
      ++from; // after the node that begins
    if (sources.empty())
      sources.push_back(begin);
    auto node = x.add(sources.front());
    for (auto from : sources)
      x.connect(from, node);
  }
}

void tell(const std::string& what, size_t count, void (*shape)(graph&, size_t)) {
  graph x;
  shape(x, count);
  x.run(); // warm
  std::vector<double> all;
  for (auto i = 0; i < 41; ++i)
    all.push_back(bench::time_of([&] { x.run(); }));
  if (!x.complete()) {
    std::fprintf(stderr, "oneTBB: %s: not every node ran\n", what.c_str());
    std::exit(1);
  }
  auto us = 1e6 / static_cast<double>(count);
  bench::tell({"oneTBB: " + what, bench::median(std::move(all)) * us, "us"});
}

} // namespace

int main() {
  tell("a step of 1,000 in a row", 1000, chain);
  tell("one of 1,000 branches", 1000, fan_out);
  tell("a node of 10,000 with 2.5 edges each", 10'000, layered);
}
