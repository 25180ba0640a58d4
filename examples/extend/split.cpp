// SPDX-License-Identifier: Apache-2.0
// A split function: which part of the input each branch of a parallel group gets.

#include <troupe/troupe.hpp>

#include <iostream>

namespace {

/// Two lists: the odd numbers, the even ones. A group that uses it has two branches.
troupe::value odd_and_even(const troupe::value& numbers) {
  std::vector<troupe::value> parts[2];
  for (size_t i = 0; i < numbers.size(); ++i) {
    auto number = *numbers.at(i);
    parts[number.json().get<int>() % 2 == 0].push_back(number);
  }
  return troupe::value::list({troupe::value::list(parts[0]), troupe::value::list(parts[1])});
}

} // namespace

int main() {
  troupe::engine engine;
  engine.steps().add_split("odd_and_even", odd_and_even);
  auto flow = engine.parse(R"({"troupe": 1, "pipeline": [
    {"input": [1, 2, 3, 4, 5], "split": "odd_and_even", "merge": "by_name", "parallel": {
      "odd": {"type": "jq", "params": {"program": "add"}},
      "even": {"type": "jq", "params": {"program": "add"}}}}]})");
  if (!flow)
    return 3;
  std::cout << engine.run(*flow).output.dump() << "\n";
}
