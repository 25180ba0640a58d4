// SPDX-License-Identifier: Apache-2.0
// What needs real threads, files and several runs of one engine.
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"
#include "troupe/engine.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <thread>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

flow parsed(const engine& x, const std::string& text, const std::string& name = "flow.json") {
  auto read = x.parse(quoted(text), name);
  BOOST_REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error().front())));
  return *read;
}

/// Counts how many of it run at a time.
struct busy_kind {
  std::shared_ptr<std::atomic<int>> now = std::make_shared<std::atomic<int>>(0);
  std::shared_ptr<std::atomic<int>> most = std::make_shared<std::atomic<int>>(0);

  void add_to(registry& kinds) const {
    kinds.add("busy", [now = now, most = most](const step_input& in) -> step_output {
      auto count = ++*now;
      for (auto seen = most->load(); seen < count && !most->compare_exchange_weak(seen, count);)
        continue;
      std::this_thread::yield();
      --*now;
      return in.input;
    });
  }
};

constexpr auto limited =
  "{'troupe': 1, 'name': 'shared', 'limits': {'api': {'concurrency': 2}}, 'pipeline': "
  "[{'id': 'm', 'batch': {'items': [1, 2, 3, 4, 5], 'parallel': true}, 'type': 'busy', 'limit': "
  "'api'}]}";

} // namespace

BOOST_AUTO_TEST_SUITE(groups_suite)

BOOST_AUTO_TEST_CASE(runs_of_one_flow_share_its_limits) {
  engine engine;
  busy_kind busy;
  busy.add_to(engine.steps());
  auto flow = parsed(engine, limited);
  std::vector<std::future<run_result>> runs;
  for (auto i = 0; i < 8; ++i)
    runs.push_back(engine.run_async(flow));
  for (auto& run : runs)
    BOOST_TEST(run.get().success());
  BOOST_TEST(busy.most->load() <= 2);
}

BOOST_AUTO_TEST_CASE(limits_of_flows_that_have_ended_hold_no_actor) {
  engine engine;
  auto before = engine.current_load().actors;
  for (auto i = 0; i < 20; ++i) {
    auto x =
      parsed(engine, ("{'troupe': 1, 'name': 'flow " + std::to_string(i) +
                      "', 'limits': {'api': {'concurrency': 1}, 'rated': {'rate': '1000/s'}}, "
                      "'pipeline': [{'type': 'echo', 'limit': ['api', 'rated']}]}")
                       .c_str());
    BOOST_TEST(engine.run(x).success());
  }
  while (engine.current_load().actors > before)
    std::this_thread::yield(); // what remembers its rate goes a millisecond later
}

BOOST_AUTO_TEST_CASE(a_limit_of_the_engine_goes_before_the_flows_own) {
  engine engine;
  busy_kind busy;
  busy.add_to(engine.steps());
  engine.steps().add_limit("api", {.concurrency = 1});
  auto flow = parsed(engine, limited);
  auto first = engine.run_async(flow), second = engine.run_async(flow);
  BOOST_TEST(first.get().success());
  BOOST_TEST(second.get().success());
  BOOST_TEST(busy.most->load() == 1);
}

BOOST_AUTO_TEST_CASE(a_signal_from_any_thread_reaches_the_node_that_waits) {
  engine engine;
  auto flow = parsed(engine, "{'troupe': 1, 'pipeline': [{'id': 'w', 'wait': {'signal': 'approve', "
                             "'schema': {'type': 'number'}}}]}");
  std::promise<void> waits;
  auto run = engine.submit(flow, {}, {.on_event = [&](const event& x) {
                             if (x.type == event_type::waiting_for_signal)
                               waits.set_value();
                           }});
  waits.get_future().wait();
  auto wrong_name = run.signal("aprove", value{json(1)});
  BOOST_TEST(wrong_name.error().message ==
             "no node waits for the signal \"aprove\"; did you mean \"approve\"?");
  auto wrong_payload = run.signal("approve", value{"one"});
  BOOST_TEST((wrong_payload.error().code == errc::invalid_input));
  std::thread{[run] { BOOST_TEST(run.signal("approve", value{json(1)}).has_value()); }}.join();
  BOOST_TEST(run.result().output.json() == 1);
  BOOST_TEST((run.signal("approve", value{json(2)}).error().code == errc::closed));
}

BOOST_AUTO_TEST_CASE(results_outlive_the_engine_in_a_file_until_they_expire) {
  scratch_folder folder;
  auto text = "{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'count', 'cache': {'ttl': '1h'}}, "
              "{'id': 'b', 'type': 'count', 'cache': {'ttl': '1us', 'key': 'b'}}], 'output': "
              "['${a}', '${b}']}";
  std::atomic<int> runs = 0;
  for (auto round = 0; round < 2; ++round) {
    engine engine{{.cache_file = (folder.path() / "results.db").string()}};
    engine.steps().add("count", [&](const step_input&) { return step_output(json(++runs)); });
    auto result = engine.run(parsed(engine, text));
    BOOST_TEST(result.output.json() == (round == 0 ? json({1, 2}) : json({1, 3})));
  }
}

BOOST_AUTO_TEST_CASE(a_cache_in_a_file_holds_no_keys_and_is_its_owners_alone) {
  scratch_folder folder;
  auto file = folder.path() / "results.db";
  engine engine{{.cache_file = file.string()}};
  auto flow = parsed(engine, "{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'jq', 'params': "
                             "{'program': '1', 'input': 'canary-in-a-param'}, 'cache': {}}]}");
  BOOST_TEST(engine.run(flow).success());
  for (auto& part : files_in(folder.path(), {".db", ".db-wal"}))
    BOOST_TEST(read_text(part).find("canary") == std::string::npos);
  auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  BOOST_TEST(
    ((std::filesystem::status(file).permissions() & others) == std::filesystem::perms::none));
}

BOOST_AUTO_TEST_CASE(who_is_told_of_a_refusal_may_submit_again) {
  engine engine;
  auto flow = parsed(engine, "{'troupe': 1, 'inputs': {'n': {}}, 'pipeline': [{'type': 'echo', "
                             "'params': {'value': '${inputs.n}'}}]}");
  std::promise<run_result> second;
  engine.submit(flow, {}, {}, [&](const run_result&) {
    engine.submit(flow, value{json{{"n", 1}}}, {},
                  [&](run_result x) { second.set_value(std::move(x)); });
  });
  BOOST_TEST(second.get_future().get().output.json() == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_costs_only_the_use_of_the_cache) {
  scratch_folder folder;
  folder.write("no.db", std::string(4096, 'x'));
  engine engine{{.cache_file = (folder.path() / "no.db").string()}};
  auto result = engine.run(
    parsed(engine, "{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'echo', 'cache': {}}]}"));
  BOOST_TEST(result.success());
  BOOST_REQUIRE(result.warnings.size() == 1u);
  BOOST_TEST(result.warnings[0].find("cannot be opened") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_flow_in_a_file_beside_the_document_is_called_by_its_name) {
  scratch_folder folder;
  std::filesystem::create_directory(folder.path() / "parts");
  folder.write("parts/twice.json",
               quoted("{'troupe': 1, 'env': ['HOME'], 'limits': {'one': {'concurrency': 1}}, "
                      "'inputs': {'n': {'type': 'number'}}, "
                      "'pipeline': [{'id': 'x', 'type': 'jq', 'params': {'program': '$inputs.n * "
                      "2'}, 'limit': 'one'}, {'id': 'again', "
                      "'call': 'local'}], 'flows': {'local': {'pipeline': [{'type': 'echo'}]}}}"));
  folder.write(
    "main.json",
    quoted(
      "{'troupe': 1, 'pipeline': [{'id': 'c', 'call': 'parts/twice.json', 'with': {'n': 21}}]}"));
  engine engine;
  auto flow = engine.load(folder.path() / "main.json");
  BOOST_REQUIRE(flow);
  BOOST_TEST(engine.run(*flow).output.json() == 42);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_a_called_file_is_told_with_its_name) {
  scratch_folder folder;
  folder.write("bad.json", quoted("{'troupe': 1, 'pipeline': [{'type': 'ehco'}]}"));
  folder.write("main.json", quoted("{'troupe': 1, 'pipeline': [{'call': 'bad.json'}, {'call': "
                                   "'../out.json'}, {'call': './main.json', 'when': 'false'}]}"));
  engine engine;
  auto flow = engine.load("main.json");
  BOOST_REQUIRE(!flow);
  std::string all;
  for (auto& x : flow.error())
    all += x.file + " " + x.code + "\n";
  BOOST_TEST(all == "main.json cannot_read\nbad.json unknown_kind\n");
}

BOOST_AUTO_TEST_CASE(many_runs_with_budgets_and_limits_leave_nothing_behind) {
  engine engine;
  auto flow = parsed(
    engine,
    "{'troupe': 1, 'budget': {'steps': 6}, 'limits': {'api': {'concurrency': 3}}, 'on_error': "
    "'rollback', 'pipeline': "
    "[{'id': 'm', 'batch': {'items': [1, 2, 3, 4], 'parallel': true, 'on_error': 'continue'}, "
    "'type': 'echo', 'limit': 'api', "
    "'undo': {'type': 'echo'}}, {'id': 'p', 'parallel': [{'type': 'echo'}, {'type': 'fail'}]}]}");
  std::vector<std::future<run_result>> runs;
  for (auto i = 0; i < 200; ++i)
    runs.push_back(engine.run_async(flow));
  for (auto& run : runs) {
    auto result = run.get();
    BOOST_TEST((result.error->code == errc::step_failed));
    BOOST_TEST(result.tree->metadata.at("undone").size() == 4u);
  }
  BOOST_TEST(engine.close(5s) == 0u); // every lease is back
}

BOOST_AUTO_TEST_SUITE_END()
