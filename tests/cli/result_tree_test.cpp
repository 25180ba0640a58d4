// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::cli;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

using children = std::vector<std::shared_ptr<const step_result>>;

std::shared_ptr<step_result> node(const std::string& path, status how, duration taken,
                                  children inside = {}) {
  auto x = std::make_shared<step_result>();
  x->path = path;
  x->name = path.substr(path.rfind('/') + 1);
  x->status = how;
  x->duration = taken;
  x->children = std::move(inside);
  return x;
}

void fail(step_result& x, errc code, const std::string& message) {
  x.error = error{.code = code, .message = message, .path = x.path};
}

/// Everything that a tree can show: workers, retries, fallbacks, winners, cancelled and abandoned
/// branches, bills.
run_result sample() {
  auto gpt = node("summaries/gpt", status::succeeded, 812ms);
  gpt->attempts = 2;
  gpt->worker = "gpu1";
  gpt->metrics = *metrics::from({{"cost_usd", 0.0012}, {"tokens", {{"total", 1020}}}});
  auto claude = node("summaries/claude", status::cancelled, 815ms);
  claude->metrics = *metrics::from({{"cost_usd", 0.0005}});
  auto local = node("summaries/local", status::failed, 20ms);
  fail(*local, errc::connection_failed,
       "POST http://127.0.0.1:1/chat/completions: Connection refused\nafter \x1b[31mall");
  auto old = node("summaries/old", status::cancelled, 815ms);
  old->abandoned = true;
  auto summaries = node("summaries", status::succeeded, 815ms, {gpt, claude, local, old});
  summaries->metadata["winner"] = value{"gpt"};
  summaries->metrics = *metrics::from({{"cost_usd", 0.0017}, {"tokens", {{"total", 1020}}}});
  auto primary = node("store", status::failed, 5ms);
  fail(*primary, errc::file_error, "\"/data\": No space left on device");
  auto backup = node("store/fallback/elsewhere", status::succeeded, 7ms);
  auto store = node("store", status::succeeded, 12ms, {primary, backup});
  store->metadata["fallback_triggered"] = value{true};
  auto tell = node("tell", status::skipped, 0ms);
  auto check = node("check", status::failed, 2min + 5s);
  fail(*check, errc::timeout, "no answer in time");
  run_result x{.flow = "nightly", .status = status::failed};
  x.duration = 2min + 6s;
  x.error = check->error;
  x.metrics = summaries->metrics;
  x.tree = node("", status::failed, 2min, {summaries, store, tell, check});
  x.warnings = {"nothing reads the input \"limit\""};
  return x;
}

} // namespace

BOOST_AUTO_TEST_SUITE(result_tree_suite)

BOOST_AUTO_TEST_CASE(a_tree_shows_workers_retries_fallbacks_cancelled_branches_and_bills) {
  for (auto columns : {80u, 120u})
    check_golden(source_folder() / ("tests/cli/pages/tree_" + std::to_string(columns) + ".txt"),
                 result_tree(sample(), {true, true, false, columns}));
  check_golden(source_folder() / "tests/cli/pages/tree_colors.txt",
               result_tree(sample(), {true, true, true, 80}));
}

BOOST_AUTO_TEST_CASE(in_a_pipe_nothing_is_cut) {
  auto text = result_tree(sample(), {});
  BOOST_TEST(text.find("Connection refused") != std::string::npos);
  BOOST_TEST(text.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_branch_that_moves_to_another_worker_is_told) {
  event x{.type = event_type::node_lost, .path = "each[3]"};
  x.data = {{"worker", "gpu1"}, {"reason", "silent for 10s"}};
  BOOST_TEST(progress_line(x) == "each[3]  has lost its worker gpu1: silent for 10s\n");
  x.type = event_type::branch_moved;
  x.data = {{"worker", "gpu2"}, {"moves", 1}};
  BOOST_TEST(progress_line(x) == "each[3]  goes on at the worker gpu2\n");
}

BOOST_AUTO_TEST_SUITE_END()
