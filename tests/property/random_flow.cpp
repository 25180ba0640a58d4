// SPDX-License-Identifier: Apache-2.0
#include "tests/property/random_flow.hpp"

#include "tests/property/maker.hpp"

namespace troupe::test {

maker::maker(uint64_t seed, const features& allowed)
  : random_{seed}, allowed_{allowed}, has_conditions_{allowed.conditions && chance(10)} {}

document maker::flow() {
  left_ = 1 + below(allowed_.most_nodes);
  trouble_ = one_of({2, 6, 15, 30});
  document x{{"troupe", 1}, {"name", "random"}};
  if (allowed_.contexts)
    x["context"] = begin_context();
  if (allowed_.calls && chance(15))
    x["flows"] = called_flows();
  if (allowed_.limits)
    x["limits"] = {{"one", {{"concurrency", 1}}},
                   {"two", {{"concurrency", 2}}},
                   {"slow", {{"rate", "200/s"}, {"burst", 2}}}};
  if (allowed_.undos && chance(60))
    x["on_error"] = "rollback";
  weight_ = 2;
  x["pipeline"] = nodes(4);
  if (chance(30))
    x["output"] = document{{"last", quoted_previous()}, {"read", reference()}};
  return x;
}

document random_flow(uint64_t seed, const features& allowed) { return maker{seed, allowed}.flow(); }

} // namespace troupe::test
