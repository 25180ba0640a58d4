// SPDX-License-Identifier: Apache-2.0
#include "tests/property/reference.hpp"
#include "tests/property/smaller.hpp"

#include <rapidcheck/shrinkable/Create.h>
#include <rapidcheck/shrinkable/Operations.h>

#include <cstdlib>

using namespace troupe;
using namespace troupe::test;

namespace {

uint64_t number_from(const char* variable, uint64_t otherwise) {
  auto text = std::getenv(variable);
  return text ? std::stoull(text) : otherwise;
}

/// The scenario of a seed: a flow, an order of messages, and now and then a cancel.
scenario scenario_of(uint64_t seed) {
  scenario x{random_flow(seed), seed};
  if (seed % 7 == 0)
    x.cancel_after = seed / 7 % 150;
  return x;
}

std::vector<std::string> complaints_about(simulation& stage, const scenario& x) {
  return complaints_about(x.flow, stage.run(x));
}

/// The smallest scenario that still goes wrong.
scenario smallest(simulation& stage, const scenario& x) {
  auto children = [](const scenario& big) { return rc::seq::fromContainer(smaller(big)); };
  auto is_wrong = [&](const scenario& one) {
    auto what = stage.run(one);
    return what.refusal.empty() && !complaints_about(one.flow, what).empty();
  };
  return rc::shrinkable::findLocalMin(rc::shrinkable::shrinkRecur(x, children), is_wrong).first;
}

std::string report(simulation& stage, uint64_t seed, const scenario& x) {
  auto text = "TROUPE_SEED=" + std::to_string(seed) + " TROUPE_FLOWS=1 shows it again\n";
  auto tell = [&](const scenario& one) {
    text += one.flow.dump(2) + "\n";
    if (one.cancel_after)
      text += "cancelled after " + std::to_string(*one.cancel_after) + " messages\n";
    for (auto& complaint : complaints_about(stage, one))
      text += "  " + complaint + "\n";
  };
  auto what = stage.run(x);
  tell(what.refusal.empty() ? smallest(stage, x) : x);
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(random_flows)

BOOST_AUTO_TEST_CASE(every_outcome_is_one_that_the_semantics_allow) {
  auto count = number_from("TROUPE_FLOWS", 2000);
  auto first = number_from("TROUPE_SEED", 1);
  simulation stage;
  size_t wrong = 0;
  for (auto seed = first; seed < first + count && wrong < 3; ++seed) {
    auto x = scenario_of(seed);
    if (complaints_about(stage, x).empty())
      continue;
    ++wrong;
    BOOST_ERROR(report(stage, seed, x));
  }
}

BOOST_AUTO_TEST_CASE(every_seed_reproduces_its_run_bit_for_bit) {
  auto count = number_from("TROUPE_FLOWS", 2000) / 10;
  auto first = number_from("TROUPE_SEED", 1);
  simulation one, other;
  for (auto seed = first; seed < first + count; ++seed) {
    auto x = scenario_of(seed);
    BOOST_TEST((one.run(x).trace == other.run(x).trace), "TROUPE_SEED=" << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
