// SPDX-License-Identifier: Apache-2.0
// A context merge: what becomes of a key that several branches have set.

#include <troupe/troupe.hpp>

#include <iostream>

namespace {

/// Of the lists that the branches want for the key, the longest; of equal ones the first.
troupe::value longest_list(const troupe::value& contested) {
  auto wanted = *contested.find("values");
  troupe::value found;
  for (size_t i = 0; i < wanted.size(); ++i) {
    auto list = *wanted.at(i);
    if (!list.is_array())
      throw troupe::step_error{troupe::errc::merge_conflict, "a branch wants no list"};
    if (list.size() > found.size())
      found = list;
  }
  return found;
}

} // namespace

int main() {
  troupe::engine engine;
  engine.steps().add_context_merge("longest_list", longest_list);
  auto flow = engine.parse(R"({"troupe": 1, "pipeline": [
    {"context_merge": {"found": "longest_list"}, "parallel": [
      {"type": "echo", "set": {"found": ["a"]}},
      {"type": "echo", "set": {"found": ["b", "c"]}}]},
    {"type": "echo", "params": {"value": "${context.found}"}}]})");
  if (!flow)
    return 3;
  std::cout << engine.run(*flow).output.dump() << "\n";
}
