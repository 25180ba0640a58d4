// SPDX-License-Identifier: Apache-2.0
// A service that lends itself to others: its own kind of step runs here, for flows that begin
// elsewhere. Both ends are in this program; they may as well be on two machines.
#include <troupe/troupe.hpp>

#include <algorithm>
#include <iostream>

int main() {
  auto add_kinds = [](troupe::registry& kinds) {
    kinds.add("word_count", [](const troupe::step_input& in) -> troupe::step_output {
      auto text = in.param("text").as_text();
      return {{"words", 1 + std::count(text.begin(), text.end(), ' ')}};
    });
  };
  troupe::engine_options options;
  options.network.emplace();

  troupe::engine service{options};
  add_kinds(service.steps());
  auto worker = troupe::worker::start(service, {.name = "words", .labels = {"text"}, .slots = 4});
  if (!worker)
    return std::cerr << worker.error().message << "\n", 1;

  troupe::engine home{options};
  add_kinds(home.steps()); // so that documents may name it
  home.connect("127.0.0.1:" + std::to_string(worker->port()));
  auto flow = home.parse(R"({"troupe": 1, "pipeline": [
    {"id": "count", "type": "word_count", "params": {"text": "to be or not to be"},
     "place": {"label": "text"}}]})");
  auto result = home.run(*flow);
  auto& count = *result.tree->children.at(0);
  std::cout << result.output.dump() << " by " << count.worker << "\n";
}
