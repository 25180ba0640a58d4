// SPDX-License-Identifier: Apache-2.0
#include "tests/property/maker.hpp"

#include <algorithm>

namespace troupe::test {

/// One or two; the second one may call the first.
document maker::called_flows() {
  auto all = document::object();
  auto nodes_left = left_;
  for (auto name : {"one", "two"}) {
    if (!flows_.empty() && chance(50))
      break;
    left_ = 1 + below(8);
    all[name] = called_flow();
    flows_.push_back({name, weight_});
  }
  left_ = nodes_left;
  return all;
}

document maker::called_flow() {
  readable_ = {{"inputs.x", 80}, {"inputs.y", 2}};
  weight_ = 70;
  auto x = document::object();
  if (allowed_.contexts && chance(80))
    x["context"] = begin_context();
  x["pipeline"] = nodes(2);
  if (chance(40))
    x["output"] = chance(50) ? document(reference()) : document{{"read", reference()}, {"n", 5}};
  readable_.clear();
  return x;
}

void maker::call(document& x) {
  auto& target = flows_[below(flows_.size())];
  x["call"] = target.name;
  auto read = reference();
  x["with"] = document{{"x", {{"n", below(9)}, {"v", read}}}, {"y", below(5)}};
  weight_ += target.weight;
  type_ = "any";
}

} // namespace troupe::test
