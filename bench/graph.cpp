// SPDX-License-Identifier: Apache-2.0
// What a node of a graph costs, and a join of many.

#include "bench/layers.hpp"
#include "bench/measure.hpp"
#include "bench/raw.hpp"

namespace {

std::string name(size_t node) { return "n" + std::to_string(node); }

std::string graph_of(const std::string& nodes, const std::string& edges) {
  return R"({"id": "g", "graph": {"nodes": [)" + nodes + R"(], "edges": [)" + edges + "]}}";
}

void add(std::string& list, const std::string& x) { list += (list.empty() ? "" : ",") + x; }

std::string edge(size_t from, size_t to) {
  return R"({"from": ")" + name(from) + R"(", "to": ")" + name(to) + "\"}";
}

std::string node(size_t i) {
  return R"({"id": ")" + name(i) + R"(", "type": "echo", "params": {"value": 1}})";
}

std::string layered(size_t count) {
  std::string nodes, edges;
  for (size_t i = 0; i < count; ++i) {
    add(nodes, node(i));
    for (auto from : bench::before(i))
      add(edges, edge(from, i));
  }
  return graph_of(nodes, edges);
}

std::string join_of(size_t count) {
  std::string nodes, edges;
  for (size_t i = 0; i < count; ++i) {
    add(nodes, node(i));
    add(edges, edge(i, count));
  }
  add(nodes, node(count));
  return graph_of(nodes, edges);
}

/// Those behind each node, and how many are before it.
struct raw_graph {
  explicit raw_graph(size_t count) : after(count), waits_for(count) {
    for (size_t i = 0; i < count; ++i)
      for (auto from : bench::before(i)) {
        after[from].push_back(i);
        ++waits_for[i];
      }
  }
  std::vector<std::vector<size_t>> after;
  std::vector<size_t> waits_for;
};

using shared_graph = std::shared_ptr<const raw_graph>;

/// How far a run of it has come.
struct raw_run {
  explicit raw_run(const raw_graph& x)
    : waits_for{x.waits_for}, outputs(x.after.size()), left{x.after.size()} {}
  std::vector<size_t> waits_for;
  std::vector<bench::raw::shared_json> outputs;
  size_t left;
};

caf::behavior raw_coordinator(caf::event_based_actor* self, const shared_graph& shape,
                              const caf::actor& whom) {
  auto state = std::make_shared<raw_run>(*shape);
  auto begin = [=](size_t node, const bench::raw::shared_json& input) {
    self->send(self->spawn<bench::raw::step, caf::lazy_init>(self), bench::raw::order{node, input});
  };
  return {[=](const bench::raw::order& x) {
            for (size_t i = 0; i < shape->after.size(); ++i)
              if (state->waits_for[i] == 0)
                begin(i, x.input);
          },
          [=](const bench::raw::reply& x) {
            state->outputs[x.number] = x.output;
            for (auto next : shape->after[x.number])
              if (--state->waits_for[next] == 0)
                begin(next, x.output);
            if (--state->left > 0)
              return;
            self->send(whom, x);
            self->quit();
          }};
}

void tell(troupe::engine& engine, const std::string& what, size_t count) {
  bench::raw::system raw;
  auto flow = bench::pipeline(engine, layered(count));
  auto shape = std::make_shared<const raw_graph>(count);
  auto times = bench::in_turn(
    11, [&] { bench::must_succeed(engine.run(flow)); }, [&] { raw.run(raw_coordinator, shape); });
  auto us = 1e6 / static_cast<double>(count);
  bench::tell({what, times.ours * us, "us", times.twin * us, bench::times_raw(2, 1)});
}

} // namespace

int main() {
  troupe::engine fused, apart{{.fusion = false}};
  tell(fused, "a node of 10,000 with 2.5 edges each", 10'000);
  tell(apart, "likewise, an actor each", 10'000);
  auto growth_of = [](troupe::engine& engine, auto shape) {
    return [&engine, shape](size_t count) {
      return [&engine, flow = bench::pipeline(engine, shape(count))] {
        bench::must_succeed(engine.run(flow));
      };
    };
  };
  bench::tell_growth("a node of 20,000 against one of 2,000", {2000, 6000, 20'000},
                     growth_of(fused, layered));
  bench::tell_growth("likewise, an actor each", {2000, 6000, 20'000}, growth_of(apart, layered));
  bench::tell_growth("a join of 20,000 against one of 2,000", {2000, 6000, 20'000},
                     growth_of(fused, join_of));
  bench::tell_growth("likewise, an actor each", {2000, 6000, 20'000}, growth_of(apart, join_of));
  bench::tell_peak();
}
