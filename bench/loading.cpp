// SPDX-License-Identifier: Apache-2.0
// How long it takes to read and check large documents.

#include "bench/measure.hpp"

namespace {

std::string name(size_t i) { return "n" + std::to_string(i); }

std::string chain_of(size_t count) {
  std::string nodes;
  for (size_t i = 0; i < count; ++i)
    nodes += std::string{i > 0 ? "," : ""} + R"({"id": ")" + name(i) + R"(", "type": "echo")" +
             (i > 0 ? R"(, "params": {"value": "${)" + name(i - 1) + "}\"}}" : "}");
  return R"({"troupe": 1, "pipeline": [)" + nodes + "]}";
}

std::string graph_of(size_t count) {
  std::string nodes, edges;
  for (size_t i = 0; i < count; ++i) {
    nodes += std::string{i > 0 ? "," : ""} + R"({"id": ")" + name(i) + R"(", "type": "echo"})";
    for (size_t k = 1; k <= 2 && k <= i; ++k)
      edges += std::string{edges.empty() ? "" : ","} + R"({"from": ")" + name(i - k) +
               R"(", "to": ")" + name(i) + "\"}";
  }
  return R"({"troupe": 1, "pipeline": [{"id": "g", "graph": {"nodes": [)" + nodes +
         R"(], "edges": [)" + edges + "]}}]}";
}

void tell(const troupe::engine& engine, const std::string& what,
          std::string (*document)(size_t count)) {
  constexpr size_t nodes = 20'000;
  auto text = document(nodes);
  auto times = bench::in_turn(
    7, [&] { bench::must_parse(engine, text); }, [&] { auto read = nlohmann::json::parse(text); });
  bench::tell({what + " of 20,000 nodes read and checked (beside: its JSON alone)",
               times.ours * 1e3, "ms", times.twin * 1e3, bench::at_most(300)});
  auto make = [&](size_t count) {
    return [&engine, text = document(count)] { bench::must_parse(engine, text); };
  };
  bench::tell_growth("a node of " + what + " of 20,000 against one of 2,000", {2000, 6000, nodes},
                     make, 5, {});
}

} // namespace

int main() {
  troupe::engine engine;
  tell(engine, "a chain", chain_of);
  tell(engine, "a graph", graph_of);
  bench::tell_peak();
}
