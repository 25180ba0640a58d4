// SPDX-License-Identifier: Apache-2.0
#include "cli/live_state.hpp"

#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::cli;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct live_fixture {
  flow what = must_parse("{'troupe': 1, 'pipeline': [{'id': 'read', 'type': 'echo'}, {'id': "
                         "'summaries', 'parallel': {'gpt': {'type': "
                         "'echo'}, 'claude': [{'id': 'draft', 'type': 'echo'}, {'id': 'polish', "
                         "'type': 'echo'}], 'mistral': "
                         "{'type': 'echo'}}}]}");
  live_state state{what};
  wall_time now{};

  void tell(event_type type, const std::string& path, nlohmann::json data) {
    event x;
    x.type = type;
    x.path = path;
    x.time = now;
    x.data = std::move(data);
    state.take(x);
  }
  void start(const std::string& path, const char* kind = "llm") {
    tell(event_type::step_started, path, {{"type", kind}});
  }
  void finish(const std::string& path, const char* status,
              nlohmann::json metrics = nlohmann::json::object()) {
    tell(event_type::step_finished, path, {{"status", status}, {"metrics", std::move(metrics)}});
  }
  std::string shown(size_t columns, size_t rows = 24) const {
    std::string text;
    for (auto& line : state.lines(now, {true, true, false, columns}, rows))
      text += line + "\n";
    return text;
  }
  void play() {
    tell(event_type::run_started, "", {});
    start("read", "read-file");
    now += 400ms;
    finish("read", "succeeded");
    start("summaries", "parallel");
    start("summaries/gpt");
    start("summaries/claude", "sequence");
    start("summaries/mistral");
    start("summaries/claude/draft");
    now += 1234ms;
    tell(
      event_type::step_output, "summaries/gpt",
      {{"text",
        "The document describes\nhow actors are supervised, and why that is good for everybody"}});
    tell(event_type::step_retrying, "summaries/mistral",
         {{"attempt", 2}, {"error", {{"message", "429 Too Many Requests"}}}});
    finish("summaries/claude/draft", "succeeded",
           {{"cost_usd", 0.0123}, {"tokens", {{"total", 1500}}}});
    now += 65s;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(live_state_suite, live_fixture)

BOOST_AUTO_TEST_CASE(each_node_that_runs_has_a_line_that_fits) {
  play();
  check_golden(source_folder() / "tests/cli/pages/live_80.txt", shown(80));
  check_golden(source_folder() / "tests/cli/pages/live_120.txt", shown(120));
  for (auto columns : {20u, 40u, 80u})
    for (auto& line : state.lines(now, {true, true, true, columns}, 24))
      BOOST_TEST(width_of(line) <= columns);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_counted) {
  play();
  auto text = shown(80, 4);
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 3); // and the cursor's own
  BOOST_TEST(text.find("… and 3 more") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_line_goes_when_its_node_ends_and_the_sum_stays) {
  play();
  for (auto path : {"summaries/gpt", "summaries/claude", "summaries/mistral", "summaries"})
    finish(path, path == std::string{"summaries/gpt"} ? "failed" : "succeeded");
  BOOST_TEST(shown(80) == "1m6s  6 of 7 nodes  1 failed  $0.0123  1500 tokens\n");
}

BOOST_AUTO_TEST_CASE(widths_are_those_of_terminals) {
  BOOST_TEST(width_of("aü€") == 3u);
  BOOST_TEST(width_of("日本😀") == 6u);
  BOOST_TEST(width_of("\x1b[31mred\x1b[0m") == 3u);
  BOOST_TEST(cut("日本語", 5) == "日本…");
  BOOST_TEST(cut("\x1b[1mlong enough\x1b[0m", 5) == "\x1b[1mlong…\x1b[0m");
}

BOOST_AUTO_TEST_CASE(a_branch_that_moves_says_where_it_goes_on) {
  start("summaries/gpt");
  tell(event_type::node_lost, "summaries/gpt", {{"worker", "gpu1"}, {"reason", "killed"}});
  BOOST_TEST(shown(120).find("has lost its worker gpu1\n") != std::string::npos);
  tell(event_type::branch_moved, "summaries/gpt", {{"worker", "gpu2"}, {"moves", 1}});
  BOOST_TEST(shown(120).find("goes on at the worker gpu2\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(items_count_for_their_batch_and_rounds_and_backups_for_nobody) {
  auto document = must_parse(
    "{'troupe': 1, 'pipeline': [{'id': 'g', 'parallel': [{'id': 'many', 'type': 'echo', 'batch': "
    "{'items': [1, 2, 3]}}, {'id': 'other', 'type': 'echo', 'fallback': {'id': 'b', 'type': "
    "'echo'}}]}]}");
  state = live_state{document};
  tell(event_type::run_started, "", {});
  start("g", "parallel");
  start("g/many", "echo");
  for (std::string item : {"g/many[0]", "g/many[1]", "g/many[2]"})
    start(item, "echo");
  finish("g/many[0]", "succeeded", {{"cost_usd", 0.5}});
  finish("g/many[2]", "failed");
  finish("g/other/fallback/b", "succeeded");
  finish("g/other", "succeeded");
  BOOST_TEST(shown(80) == "● g  1 of 2  0.0s\n"
                          "  ● many  2 done  0.0s\n"
                          "    ● many[1]  echo  0.0s\n"
                          "0.0s  1 of 3 nodes  1 failed  $0.5000\n");
}

BOOST_AUTO_TEST_SUITE_END()
