// SPDX-License-Identifier: Apache-2.0
#include "observe/lanes.hpp"
#include "tests/observe/recorded_run.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const span& named(const std::vector<span>& all, const std::string& name) {
  auto found = std::find_if(all.begin(), all.end(), [&](auto& x) { return x.name == name; });
  BOOST_REQUIRE_MESSAGE(found != all.end(), "there is no span " << name);
  return *found;
}

std::vector<std::string> names_of(const std::vector<span>& all) {
  std::vector<std::string> names;
  for (auto& x : all)
    names.push_back(std::string(2 * x.depth, ' ') + x.name);
  return names;
}

} // namespace

BOOST_AUTO_TEST_SUITE(spans_suite)

BOOST_AUTO_TEST_CASE(a_run_becomes_spans_with_each_before_what_is_inside_of_it) {
  auto all = spans_of(recorded_run());
  std::vector<std::string> wanted{
    "morning_news",  "  fetch",
    "    attempt 1", "    attempt 2",
    "  summaries",   "    gpt",
    "      primary", "      small",
    "    claude",    "    a_very_thorough_summary_of_everything_there_is",
    "  send",        "  tidy"};
  BOOST_TEST(names_of(all) == wanted, boost::test_tools::per_element());
  for (size_t i = 1; i < all.size(); ++i) {
    BOOST_TEST(*all[i].parent < i);
    BOOST_TEST(all[*all[i].parent].depth + 1 == all[i].depth);
  }
  BOOST_TEST(!all.front().parent);
}

BOOST_AUTO_TEST_CASE(failed_attempts_are_spans_inside_of_their_node) {
  auto all = spans_of(recorded_run());
  auto& second = named(all, "attempt 2");
  BOOST_TEST(second.path == "fetch");
  BOOST_TEST(second.attempt == 2);
  BOOST_TEST((second.start - all.front().start == 500ms));
  BOOST_TEST((second.duration == 400ms));
  BOOST_TEST((second.error->code == errc::http_status));
  BOOST_TEST(second.facts == json({{"pause_ms", 500}}));
  BOOST_TEST(named(all, "fetch").attempts == 3);
}

BOOST_AUTO_TEST_CASE(an_attempt_that_seems_to_reach_out_of_its_node_is_cut) {
  auto x = recorded_node("a", "http", 100, 10);
  x.metadata["failed_attempts"] =
    value{json::array({{{"error", {{"code", "timeout"}, {"message", "late"}}},
                        {"started_at", to_iso8601(x.started_at - 1ms)},
                        {"duration_ms", 20}}})};
  auto all = spans_of(recorded_run_of({x}));
  BOOST_TEST((named(all, "attempt 1").start == x.started_at));
  BOOST_TEST((named(all, "attempt 1").duration == 10ms));
}

BOOST_AUTO_TEST_CASE(what_a_step_writes_in_place_of_attempts_is_left_out) {
  for (auto told : {json("x"), json::array({1}), json::array({{{"error", "x"}}}),
                    json::array({{{"started_at", "now"}, {"error", "x"}}}),
                    json::array({{{"started_at", "2026-11-20T10:00:00.000Z"}}})}) {
    auto x = recorded_node("a", "echo", 0, 1);
    x.metadata["failed_attempts"] = value{told};
    BOOST_TEST(spans_of(recorded_run_of({x})).size() == 2u, told);
  }
  auto odd = recorded_node("a", "echo", 0, 1);
  odd.metadata = {
    {"waited_ms", value{json("long")}},
    {"failed_attempts", value{json::array({{{"started_at", "2026-11-20T10:00:00.000Z"},
                                            {"duration_ms", "long"},
                                            {"pause_ms", -1},
                                            {"metrics", 1},
                                            {"error", "x"}}})}}};
  BOOST_TEST(spans_of(recorded_run_of({odd})).size() == 3u);
  BOOST_TEST(gantt_svg(recorded_run_of({odd})).starts_with("<svg"));
  odd.metadata.erase("failed_attempts");
  BOOST_TEST(gantt_svg(recorded_run_of({odd})).starts_with("<svg"));
}

BOOST_AUTO_TEST_CASE(facts_are_what_metadata_say_in_one_word) {
  auto x = recorded_node("a", "llm", 0, 1);
  x.metadata = {{"model", value{json("m")}},
                {"cached", value{json(true)}},
                {"long", value{json(std::string(300, 'x'))}},
                {"list", value{json::array({1})}}};
  x.quality = 0.5;
  auto all = spans_of(recorded_run_of({x}));
  auto facts = named(all, "a").facts;
  BOOST_TEST(facts.at("model") == "m");
  BOOST_TEST(facts.at("cached") == true);
  BOOST_TEST(facts.at("quality") == 0.5);
  BOOST_TEST(facts.at("long").get<std::string>().size() == 203u); // and an ellipsis
  BOOST_TEST(!facts.contains("list"));
}

BOOST_AUTO_TEST_CASE(a_wrapper_around_a_node_is_no_span_of_its_own) {
  auto inner = recorded_node("a", "parallel", 0, 5);
  inner.children = {std::make_shared<const step_result>(recorded_node("a/b", "echo", 0, 5))};
  auto outer = recorded_node("a", "parallel", 0, 6);
  outer.children = {std::make_shared<const step_result>(inner)};
  std::vector<std::string> wanted{"morning_news", "  a", "    b"};
  BOOST_TEST(names_of(spans_of(recorded_run_of({outer}))) == wanted,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_run_that_never_began_has_no_spans) {
  BOOST_TEST(spans_of(run_result{}).empty());
}

BOOST_AUTO_TEST_CASE(what_overlaps_gets_lanes_of_its_own_and_what_nests_does_not) {
  auto group = recorded_node("g", "parallel", 0, 30);
  for (auto [name, begin_ms, took_ms] :
       {std::tuple{"g/a", 0, 20}, std::tuple{"g/b", 5, 20}, std::tuple{"g/c", 20, 5}})
    group.children.push_back(
      std::make_shared<const step_result>(recorded_node(name, "echo", begin_ms, took_ms)));
  auto lanes =
    observe::lanes_for(spans_of(recorded_run_of({group, recorded_node("last", "echo", 30, 5)})));
  std::vector<size_t> wanted{0, 0, 0, 1, 0, 0}; // run, g, a, b, c, last
  BOOST_TEST(lanes == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(in_a_lane_spans_nest_or_follow_each_other) {
  auto all = spans_of(recorded_run());
  auto lanes = observe::lanes_for(all);
  for (size_t i = 0; i < all.size(); ++i)
    for (size_t j = i + 1; j < all.size(); ++j) {
      auto end_i = all[i].start + all[i].duration, end_j = all[j].start + all[j].duration;
      auto apart = end_i <= all[j].start || end_j <= all[i].start;
      auto nested = all[i].start <= all[j].start && end_j <= end_i;
      if (lanes[i] == lanes[j] && all[i].took_time() && all[j].took_time())
        BOOST_TEST((apart || nested), all[i].name << " and " << all[j].name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
