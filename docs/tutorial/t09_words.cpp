// SPDX-License-Identifier: Apache-2.0
// A program with a step kind of its own.

#include <troupe/troupe.hpp>

#include <algorithm>
#include <iostream>

int main() {
  troupe::engine engine;
  engine.steps().add("word_count", [](const troupe::step_input& in) -> troupe::step_output {
    auto text = in.param("text").as_text();
    return {{"words", 1 + std::count(text.begin(), text.end(), ' ')}};
  });
  auto flow = engine.load("t09_words.json"); // or every problem that it has
  if (!flow) {
    for (auto& problem : flow.error())
      std::cerr << to_string(problem);
    return 3;
  }
  auto result = engine.run(*flow, nlohmann::json{{"text", "one two three"}});
  std::cout << result.output.as_text() << "\n";
}
