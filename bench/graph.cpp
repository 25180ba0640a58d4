// SPDX-License-Identifier: Apache-2.0
// What a node of a graph costs, however wide a join is and however large the graph.

#include "bench/measure.hpp"

namespace {

std::string graph_of(const std::string& nodes, const std::string& edges) {
  return R"({"troupe": 1, "pipeline": [{"id": "g", "graph": {"nodes": [)" + nodes +
         R"(], "edges": [)" + edges + "]}}]}";
}

std::string node(size_t i) {
  return R"({"id": "n)" + std::to_string(i) + R"(", "type": "echo", "params": {"value": 1}})";
}

std::string edge(size_t from, size_t to) {
  return R"({"from": "n)" + std::to_string(from) + R"(", "to": "n)" + std::to_string(to) + "\"}";
}

/// Layers of 100 nodes, each with edges from five nodes of the layer before.
std::string layered(size_t nodes) {
  constexpr size_t width = 100, fan_in = 5;
  std::string all_nodes, all_edges;
  for (size_t i = 0; i < nodes; ++i) {
    all_nodes += (i == 0 ? "" : ",") + node(i);
    for (size_t k = 0; i >= width && k < fan_in; ++k)
      all_edges +=
        (all_edges.empty() ? "" : ",") + edge((i / width - 1) * width + (i + k * 7) % width, i);
  }
  return graph_of(all_nodes, all_edges);
}

std::string join_of(size_t predecessors) {
  std::string all_nodes, all_edges;
  for (size_t i = 0; i < predecessors; ++i) {
    all_nodes += node(i) + ",";
    all_edges += (i == 0 ? "" : ",") + edge(i, predecessors);
  }
  return graph_of(all_nodes + node(predecessors), all_edges);
}

void print_row(troupe::engine& engine, const char* what, size_t nodes, const std::string& text) {
  auto begin = std::chrono::steady_clock::now();
  auto flow = bench::must_parse(engine, text);
  auto reading = bench::seconds{std::chrono::steady_clock::now() - begin}.count();
  std::vector<double> times;
  for (auto round = 0; round < 5; ++round)
    times.push_back(bench::time_of([&] { bench::must_succeed(engine.run(flow)); }));
  std::printf("| %s, %zu nodes | %.0f ms | %.2f us | %.1f ms |\n", what, nodes, reading * 1e3,
              bench::median(times) * 1e6 / static_cast<double>(nodes), bench::median(times) * 1e3);
}

} // namespace

int main() {
  troupe::engine engine;
  std::printf("| graph | reading it | per node | running it |\n|---|---|---|---|\n");
  for (size_t nodes : {10'000, 20'000})
    print_row(engine, "5 edges a node", nodes, layered(nodes));
  for (size_t nodes : {10'000, 20'000})
    print_row(engine, "one join of all", nodes + 1, join_of(nodes));
}
