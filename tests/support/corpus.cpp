// SPDX-License-Identifier: Apache-2.0
#include "tests/support/corpus.hpp"

namespace troupe::test {

using nlohmann::json;

const std::vector<std::string>& document_endings() {
  static const std::vector<std::string> all{".json", ".yaml", ".yml"};
  return all;
}

json lasting(const json& x, const std::set<std::string>& less) {
  static const std::set<std::string> passing{"duration_ms", "started_at", "timing", "waited_ms",
                                             "run_id"};
  if (!x.is_structured())
    return x;
  auto out = x.is_object() ? json::object() : json::array();
  for (auto& [key, member] : x.items())
    if (!x.is_object())
      out.push_back(lasting(member, less));
    else if (!passing.contains(key) && !less.contains(key))
      out[key] = lasting(member, less);
  return out;
}

void add_echoing_kinds(registry& kinds) {
  for (auto name : {"http", "llm"})
    kinds.add_inline(name, [](const step_input& in) {
      return step_output{json{{"response", in.params.json()}, {"status_code", 200}}};
    });
}

bool is_a_race(const std::string& document) {
  for (auto word : {"majority_vote", "first_success", "quorum", "hedge"})
    if (document.find(word) != document.npos)
      return true;
  return false;
}

} // namespace troupe::test
