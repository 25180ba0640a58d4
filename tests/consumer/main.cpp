// SPDX-License-Identifier: Apache-2.0
// What somebody writes first: fifteen lines that run a flow.
#include <troupe/troupe.hpp>

#include <iostream>

int main() {
  troupe::engine engine;
  engine.steps().add("greet", [](const troupe::step_input& in) -> troupe::step_output {
    return "hello, " + in.param("name").as_text();
  });
  auto flow = engine.parse(R"({"troupe": 1, "pipeline": [
    {"type": "greet", "params": {"name": "${inputs.name}"}}]})");
  if (!flow)
    return 1;
  std::cout << engine.run(*flow, nlohmann::json{{"name", "world"}}).output.as_text() << "\n";
}
