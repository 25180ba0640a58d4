// SPDX-License-Identifier: Apache-2.0
#include "tests/property/smaller.hpp"

namespace troupe::test {

namespace {

using pointer = document::json_pointer;

/// Members that a document cannot do without, or that the referee relies upon: without an edge a
/// node may lie beside its cycle.
bool is_needed(const std::string& key) {
  return key == "troupe" || key == "pipeline" || key == "id" || key == "type" || key == "params" ||
         key == "attempts" || key == "initial" || key == "jitter" || key == "edges" ||
         key == "turns";
}

void collect(const document& root, const document& x, const pointer& at,
             std::vector<document>& all) {
  if (!x.is_structured())
    return;
  for (auto& [key, member] : x.items()) {
    if (key == "edges" || key == "turns")
      continue;
    auto place = x.is_array() ? at / std::stoul(key) : at / key;
    if (x.is_array() || !is_needed(key)) {
      auto without = root;
      if (x.is_array())
        without[at].erase(std::stoul(key));
      else
        without[at].erase(key);
      all.push_back(std::move(without));
    }
    for (auto group : {"sequence", "parallel"})
      if (member.is_object() && member.contains(group) && member[group].is_array())
        for (auto& child : member[group]) {
          auto lifted = root;
          lifted[place] = child;
          all.push_back(std::move(lifted));
        }
    collect(root, member, place, all);
  }
}

} // namespace

std::vector<scenario> smaller(const scenario& x) {
  std::vector<document> documents;
  collect(x.flow, x.flow, pointer{}, documents);
  std::vector<scenario> all;
  if (x.cancel_after)
    all.push_back({x.flow, x.order, {}});
  for (auto& flow : documents)
    all.push_back({std::move(flow), x.order, x.cancel_after});
  return all;
}

} // namespace troupe::test
