// SPDX-License-Identifier: Apache-2.0
// A flow that is written in C++: with a function as it is, and then, by the name of its kind, as a
// document.
//
//              +--> longest --+
//   words -->  |              +--> told
//              +--> count ----+

#include <troupe/troupe.hpp>

#include <iostream>
#include <string>

using namespace troupe::dsl;

namespace {

troupe::step_output longest_word(const troupe::step_input& in) {
  std::string longest;
  for (auto& word : in.input.json())
    if (auto text = word.get<std::string>(); text.size() > longest.size())
      longest = text;
  return troupe::value{longest};
}

definition about_words(const node& longest) {
  auto words = step("words", "jq", {{"program", "split(\" \")"}}).input("${inputs.text}");
  auto facts = parallel("facts", longest, step("count", "jq", {{"program", "length"}}));
  auto told =
    step("told", "template", {{"text", "${facts.count} words, the longest is ${facts.longest}"}});
  return definition("about_words", words >> facts.merge(by_name()) >> told)
    .input("text", {.type = "string"});
}

} // namespace

int main() {
  troupe::engine engine;
  auto result = engine.run(about_words(step("longest", longest_word)),
                           {{"text", "an actor answers every message"}});
  if (!result.success()) {
    std::cerr << result.error->message << "\n";
    return 1;
  }
  std::cout << result.output.as_text() << "\n";

  engine.steps().add("longest_word", longest_word); // now documents may name it
  auto document = to_document(about_words(step("longest", "longest_word")));
  if (!document) {
    std::cerr << document.error().message << "\n";
    return 1;
  }
  std::cout << *document;
}
