// SPDX-License-Identifier: Apache-2.0
#include "tests/property/reference.hpp"
#include "tests/property/rough.hpp"
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

/// Two stages, so that what one has played before cannot be what makes a run the same again.
struct stages {
  simulation first, second;

  std::vector<std::string> complaints_about(const scenario& x) {
    auto what = first.run(x);
    auto all = test::complaints_about(x.flow, what);
    if (second.run(x).trace != what.trace)
      all.emplace_back("the run: wanted the same trace from the same seed, found another");
    return all;
  }
};

/// The smallest scenario that still goes wrong.
template <class IsWrong>
scenario smallest_of(const scenario& x, IsWrong is_wrong) {
  auto children = [](const scenario& big) { return rc::seq::fromContainer(smaller(big)); };
  return rc::shrinkable::findLocalMin(rc::shrinkable::shrinkRecur(x, children), is_wrong).first;
}

scenario smallest(stages& both, const scenario& x) {
  auto is_wrong = [&](const scenario& one) {
    return both.first.run(one).refusal.empty() && !both.complaints_about(one).empty();
  };
  return smallest_of(x, is_wrong);
}

std::string report(stages& both, uint64_t seed, const scenario& x) {
  auto text = "TROUPE_SEED=" + std::to_string(seed) + " TROUPE_FLOWS=1 shows it again\n";
  for (auto& complaint : both.complaints_about(x))
    text += "  " + complaint + "\n";
  text += "and with less:\n";
  auto tell = [&](const scenario& one) {
    text += one.flow.dump(2) + "\n";
    if (one.cancel_after)
      text += "cancelled after " + std::to_string(*one.cancel_after) + " messages\n";
    for (auto& complaint : both.complaints_about(one))
      text += "  " + complaint + "\n";
  };
  tell(both.first.run(x).refusal.empty() ? smallest(both, x) : x);
  return text;
}

/// One with limits, budgets or undos.
scenario limited_scenario_of(uint64_t seed) {
  features all{.limits = true, .budgets = seed % 2 == 0, .undos = seed % 3 != 0};
  scenario x{random_flow(seed, all), seed};
  if (seed % 5 == 0)
    x.cancel_after = seed / 5 % 150;
  return x;
}

} // namespace

BOOST_AUTO_TEST_SUITE(random_flows)

BOOST_AUTO_TEST_CASE(every_outcome_is_one_that_the_semantics_allow_and_its_seed_reproduces_it) {
  constexpr size_t most_reports = 3;
  auto count = number_from("TROUPE_FLOWS", 2000);
  auto first = number_from("TROUPE_SEED", 1);
  stages both;
  size_t wrong = 0;
  for (auto seed = first; seed < first + count && wrong < most_reports; ++seed) {
    auto x = scenario_of(seed);
    if (both.complaints_about(x).empty())
      continue;
    ++wrong;
    BOOST_ERROR(report(both, seed, x));
  }
}

BOOST_AUTO_TEST_CASE(flows_that_went_wrong_once_are_right) {
  stages both;
  for (uint64_t seed : {508600, 511212, 512067, 1023089})
    BOOST_TEST(both.complaints_about(scenario_of(seed)).empty(), seed);
  for (uint64_t seed : {501901, 508328, 2016955, 2032532, 2036096}) {
    auto x = limited_scenario_of(seed);
    BOOST_TEST(rules_broken_by(x.flow, both.first.run(x)).empty(), seed);
  }
}

BOOST_AUTO_TEST_CASE(permits_come_back_budgets_hold_and_what_failed_is_undone) {
  constexpr size_t most_reports = 3;
  auto count = number_from("TROUPE_FLOWS", 2000) / 2;
  auto first = number_from("TROUPE_SEED", 1);
  simulation only;
  size_t wrong = 0;
  for (auto seed = first; seed < first + std::max<size_t>(count, 1) && wrong < most_reports;
       ++seed) {
    auto x = limited_scenario_of(seed);
    auto broken = rules_broken_by(x.flow, only.run(x));
    if (broken.empty())
      continue;
    ++wrong;
    auto is_wrong = [&](const scenario& one) {
      auto what = only.run(one);
      return what.refusal.empty() && !rules_broken_by(one.flow, what).empty();
    };
    auto least = is_wrong(x) ? smallest_of(x, is_wrong) : x;
    std::string text;
    for (auto& complaint : rules_broken_by(least.flow, only.run(least)))
      text += "  " + complaint + "\n";
    BOOST_ERROR("TROUPE_SEED=" + std::to_string(seed) + " TROUPE_FLOWS=1 shows it again\n  " +
                broken.front() + "\nand with less:\n" + least.flow.dump(2) + "\n" + text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
