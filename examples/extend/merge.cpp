// SPDX-License-Identifier: Apache-2.0
// A merge strategy: what a parallel group makes of the results of its branches.

#include <troupe/troupe.hpp>

#include <iostream>

namespace {

/// The longest text that a branch has given; failed branches have none.
troupe::value longest(const troupe::value& results) {
  std::string found;
  for (size_t i = 0; i < results.size(); ++i)
    if (auto output = results.at(i)->find("output"); output && output->is_string())
      if (output->text().size() > found.size())
        found = output->text();
  if (found.empty())
    throw troupe::step_error{troupe::errc::merge_conflict, "no branch gave a text"};
  return troupe::value{found};
}

} // namespace

int main() {
  troupe::engine engine;
  engine.steps().add_merge("longest", longest);
  auto flow = engine.parse(R"({"troupe": 1, "pipeline": [
    {"merge": "longest", "on_error": "continue", "parallel": [
      {"type": "echo", "params": {"value": "short"}},
      {"type": "echo", "params": {"value": "a longer one"}},
      {"type": "fail"}]}]})");
  if (!flow)
    return 3;
  std::cout << engine.run(*flow).output.as_text() << "\n";
}
