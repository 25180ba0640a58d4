// SPDX-License-Identifier: Apache-2.0
#include "observe/time_axis.hpp"
#include "tests/observe/recorded_run.hpp"
#include "tests/support/golden.hpp"
#include "troupe/observe.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::filesystem::path recorded(const std::string& name) {
  return source_folder() / "tests/observe/recorded" / name;
}

size_t count(const std::string& text, const std::string& piece) {
  size_t n = 0;
  for (auto at = text.find(piece); at != text.npos; at = text.find(piece, at + 1))
    ++n;
  return n;
}

std::vector<std::string> labels(duration whole) {
  std::vector<std::string> all;
  for (auto& x : observe::ticks_for(whole, 8))
    all.push_back(x.label);
  return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(pictures_suite)

BOOST_AUTO_TEST_CASE(the_recorded_run_is_drawn_as_it_was) {
  check_golden(source_folder() / "docs/pictures/run.svg", gantt_svg(recorded_run()));
}

BOOST_AUTO_TEST_CASE(the_recorded_run_is_traced_as_it_was) {
  auto text = chrome_trace(recorded_run());
  BOOST_TEST(json::parse(text).at("traceEvents").is_array());
  check_golden(recorded("trace.json"), text);
}

BOOST_AUTO_TEST_CASE(a_trace_has_one_complete_event_for_each_node_that_ran) {
  auto trace = json::parse(chrome_trace(recorded_run()));
  std::map<std::string, json> events;
  for (auto& x : trace.at("traceEvents"))
    if (x.at("ph") == "X")
      events[x.at("name")] = x;
  BOOST_TEST(events.size() == 11u);
  BOOST_TEST(!events.contains("tidy")); // was skipped
  BOOST_TEST(events["send"].at("ts") == 6'000'000.0);
  BOOST_TEST(events["send"].at("dur") == 350'000.0);
  BOOST_TEST(events["send"].at("args").at("error").at("code") == "process_exit");
  BOOST_TEST(events["claude"].at("args").at("metrics").at("cost_usd") == 0.0087);
}

BOOST_AUTO_TEST_CASE(a_picture_shows_the_longest_nodes_and_says_how_many_it_leaves_out) {
  std::vector<step_result> many;
  for (int i = 0; i < 620; ++i)
    many.push_back(recorded_node("n" + std::to_string(i), "echo", i, i == 7 ? 1 : 5 + i % 50));
  auto picture = gantt_svg(recorded_run_of(std::move(many)));
  BOOST_TEST(count(picture, "<title>") == 500u);
  BOOST_TEST(picture.find("the longest 500 nodes; 120 shorter ones are left out") != picture.npos);
  BOOST_TEST(picture.find("<title>n7\n") == picture.npos);
  BOOST_TEST(picture.find("<title>n49\n") != picture.npos);
}

BOOST_AUTO_TEST_CASE(names_cannot_break_out_of_a_picture) {
  auto node = recorded_node("a", "echo", 0, 1);
  node.status = status::failed;
  node.error = error{.message = "</title><script>\x01 & \"x\"", .path = "a"};
  auto run = recorded_run_of({node});
  run.flow = "\"><script>";
  run.error = node.error;
  auto picture = gantt_svg(run);
  BOOST_TEST(picture.find("<script") == picture.npos);
  BOOST_TEST(picture.find("&lt;/title&gt;&lt;script&gt;\uFFFD &amp; &quot;x&quot;") !=
             picture.npos);
}

BOOST_AUTO_TEST_CASE(a_run_that_never_began_is_a_picture_of_why) {
  run_result refused{.run_id = "r", .flow = "f", .status = status::failed};
  refused.error = error{.code = errc::invalid_input, .message = "inputs.n: missing"};
  BOOST_TEST(gantt_svg(refused).find("inputs.n: missing") != std::string::npos);
  BOOST_TEST(json::parse(chrome_trace(refused)).at("traceEvents").empty());
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_do_not_break_a_trace) {
  auto run = recorded_run_of({recorded_node("a", "echo", 0, 1)});
  run.flow = "caf\xE9";
  BOOST_TEST(json::parse(chrome_trace(run)).is_object());
  BOOST_TEST(gantt_svg(run).find("café") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_axis_has_round_times) {
  using list = std::vector<std::string>;
  auto per_element = boost::test_tools::per_element();
  BOOST_TEST(labels(6350ms) == (list{"0", "1s", "2s", "3s", "4s", "5s", "6s"}), per_element);
  BOOST_TEST(labels(1ms) == (list{"0", "0.2ms", "0.4ms", "0.6ms", "0.8ms", "1ms"}), per_element);
  BOOST_TEST(labels(70s) == (list{"0", "10s", "20s", "30s", "40s", "50s", "1m", "1m10s"}),
             per_element);
  BOOST_TEST(labels(3h) == (list{"0", "30m", "1h", "1h30m", "2h", "2h30m", "3h"}), per_element);
  BOOST_TEST(labels(240h) == (list{"0", "2d", "4d", "6d", "8d", "10d"}), per_element);
  BOOST_TEST(labels(0s) == list{"0"}, per_element);
}

BOOST_AUTO_TEST_SUITE_END()
