// SPDX-License-Identifier: Apache-2.0
// A step kind with a schema: what is wrong with its params is found before anything runs.

#include <troupe/troupe.hpp>

#include <algorithm>
#include <iostream>
#include <ranges>

namespace {

troupe::step_kind word_count_kind() {
  return {.name = "word_count",
          .summary = "Counts the words of a text.",
          .params = nlohmann::json::parse(R"({
            "type": "object", "required": ["text"], "additionalProperties": false,
            "properties": {"text": {"type": "string"},
                           "longer_than": {"type": "integer", "minimum": 0}}})"),
          .output = "json",
          .run = troupe::plain_fn{[](const troupe::step_input& in) -> troupe::step_output {
            auto text = in.param("text").as_text();
            auto least = in.params.json().value("longer_than", 0);
            auto is_long = [&](auto word) { return std::ranges::distance(word) > least; };
            return {{"words", std::ranges::count_if(std::views::split(text, ' '), is_long)}};
          }}};
}

void run(troupe::engine& engine, const std::string& params) {
  auto text = R"({"troupe": 1, "pipeline": [{"type": "word_count", "params": )" + params + "}]}";
  auto flow = engine.parse(text, "words.json");
  if (flow)
    std::cout << engine.run(*flow).output.dump() << "\n";
  else
    for (auto& problem : flow.error())
      std::cout << problem.message << "; " << problem.hint << "\n";
}

} // namespace

int main() {
  troupe::engine engine;
  engine.steps().add(word_count_kind());
  run(engine, R"({"text": "one two three", "longer_than": 3})");
  run(engine, R"({"txet": "one two three"})");
}
