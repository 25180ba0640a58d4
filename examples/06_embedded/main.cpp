// SPDX-License-Identifier: Apache-2.0
// A service that brings a step kind of its own, and a flow that uses it twice at once.
//
//   text --> [words, longest] --> report

#include <troupe/troupe.hpp>

#include <iostream>
#include <sstream>

namespace {

std::string longest_word(const std::string& text) {
  std::istringstream in{text};
  std::string longest;
  for (std::string word; in >> word;)
    if (word.size() > longest.size())
      longest = word;
  return longest;
}

troupe::step_output count_words(const troupe::step_input& in) {
  std::istringstream text{in.param("text").as_text()};
  auto count = 0;
  for (std::string word; text >> word;)
    ++count;
  return {{"count", count}};
}

const auto document = R"({
  "troupe": 1, "name": "embedded",
  "pipeline": [
    {"parallel": [
      {"id": "words", "type": "count_words", "params": {"text": "${inputs.text}"}},
      {"id": "longest", "type": "longest_word", "params": {"text": "${inputs.text}"}}]},
    {"type": "template", "params": {"text": "${words.count} words, the longest is ${longest}"}}
  ]
})";

} // namespace

int main() {
  troupe::engine engine;
  engine.steps().add("count_words", count_words); // may block: runs on the engine's blocking pool
  engine.steps().add_inline("longest_word",
                            [](const troupe::step_input& in) -> troupe::step_output {
                              return troupe::value{longest_word(in.param("text").as_text())};
                            });
  auto flow = engine.parse(document, "embedded.json");
  if (!flow) {
    for (auto& problem : flow.error())
      std::cerr << to_string(problem);
    return 3;
  }
  auto result = engine.run(*flow, nlohmann::json{{"text", "an actor answers every message"}});
  std::cout << result.output.as_text() << "\n";
  return result.success() ? 0 : 1;
}
