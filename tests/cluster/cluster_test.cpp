// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/cluster/held_kind.hpp"
#include "tests/cluster/listening.hpp"

#include <future>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(cluster)

BOOST_AUTO_TEST_CASE(branches_run_on_workers_and_give_what_they_give_at_home) {
  cluster_fixture all;
  listening listener;
  auto flow = all.nodes(
    "{'id': 'a', 'type': 'echo', 'params': {'value': {'n': 3}}},"
    "{'parallel': {'x': {'type': 'jq', 'params': {'program': '.n + $context.base'}},"
    "              'y': [{'id': 'y1', 'type': 'echo', 'params': {'value': '${a.n}'},"
    "                     'set': {'seen': '${result}'}},"
    "                    {'id': 'y2', 'type': 'jq', 'params': {'program': '. * 2'}}]},"
    " 'id': 'both', 'merge': 'by_name', 'place': {'spread': true}},"
    "{'id': 'last', 'type': 'template', 'params': {'text': '${both.x} ${y1} ${context.seen}'}}",
    "'context': {'base': {'value': 4}},");
  auto result = all.home->run(flow, {}, listener.options());
  listener.await("run_finished", "");
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.output.json() == "7 3 3");
  BOOST_TEST(find_result(result.tree, "both/x")->worker.starts_with("w"));
  BOOST_TEST(find_result(result.tree, "both/y/y1")->worker.starts_with("w"));
  BOOST_TEST(find_result(result.tree, "last")->worker == "");
  std::vector<std::string> inside;
  for (auto& x : listener.all)
    if (x.path == "both/y/y1")
      inside.emplace_back(to_string(x.type));
  BOOST_TEST(inside == (std::vector<std::string>{"step_started", "step_finished"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_engine_without_a_network_runs_what_is_spread_itself) {
  engine alone;
  auto flow = must_parse("{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'echo', 'params': "
                         "{'value': 1}, 'place': {'spread': true}}]}",
                         alone.steps());
  auto result = alone.run(flow);
  BOOST_TEST(result.output.json() == 1);
  BOOST_TEST(result.tree->children.at(0)->worker == "");
}

BOOST_AUTO_TEST_CASE(an_engine_without_a_network_refuses_what_wants_a_worker) {
  engine alone;
  auto flow = must_parse("{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'echo', 'place': "
                         "{'label': 'gpu'}}]}",
                         alone.steps());
  auto result = alone.run(flow);
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::no_worker));
  BOOST_TEST(result.error->path == "a");
}

BOOST_AUTO_TEST_CASE(a_label_a_name_and_a_companion_decide_where_a_step_runs) {
  cluster_fixture all{1};
  all.add_worker({.name = "big", .labels = {"gpu"}});
  auto result = all.run("{'id': 'a', 'type': 'echo', 'place': {'label': 'gpu'}},"
                        "{'id': 'b', 'type': 'echo', 'place': {'node': 'w1'}},"
                        "{'id': 'c', 'type': 'echo', 'place': {'same_as': 'a'}},"
                        "{'id': 'd', 'type': 'echo'},"
                        "{'id': 'e', 'type': 'echo', 'place': {'same_as': 'd'}}");
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  std::vector<std::string> where;
  for (auto& child : result.tree->children)
    where.push_back(child->worker);
  BOOST_TEST(where == (std::vector<std::string>{"big", "w1", "big", "", ""}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_branch_that_no_worker_can_take_fails_when_its_time_is_up) {
  cluster_fixture all{1};
  auto result = all.run("{'id': 'a', 'type': 'echo', 'place': {'label': 'gpu', 'queue': '50ms'}}");
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::no_worker));
  BOOST_TEST(result.error->message.find("label \"gpu\"") != std::string::npos,
             result.error->message);
}

BOOST_AUTO_TEST_CASE(a_kind_that_a_worker_has_not_goes_to_one_that_has_it) {
  cluster_fixture all{1};
  step_kind kind{.name = "own", .run = plain_fn{[](const step_input& in) -> step_output {
                                  return in.context.find("k").value_or(value{"none"});
                                }}};
  all.home->steps().add(kind); // for the document
  constexpr auto node = "{'id': 'a', 'type': 'own', 'place': {'spread': true, 'queue': '50ms'}}";
  constexpr auto context = "'context': {'k': {'value': 5}},";
  auto refused = all.home->run(all.nodes(node, context));
  BOOST_REQUIRE(refused.error);
  BOOST_TEST(refused.error->message.find("kind \"own\"") != std::string::npos,
             refused.error->message);
  all.add_worker({.name = "special"}, [&](registry& x) { x.add(kind); });
  auto result =
    all.home->run(all.nodes("{'id': 'a', 'type': 'own', 'place': {'spread': true}}", context));
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.output.json() == 5); // it sees the whole context
  BOOST_TEST(result.tree->children.at(0)->worker == "special");
}

BOOST_AUTO_TEST_CASE(a_batch_is_spread_item_by_item) {
  cluster_fixture all{2};
  auto output = all.output_of(
    "{'id': 'a', 'type': 'jq', 'params': {'program': '. * 10'}, 'place': {'spread': true},"
    " 'batch': {'items': [1, 2, 3, 4, 5, 6], 'parallel': true}}");
  BOOST_TEST(output.at("results").size() == 6u, output.dump());
  BOOST_TEST(output.at("results").at(5).at("value") == 60, output.dump());
}

BOOST_AUTO_TEST_CASE(retries_and_fallbacks_act_around_a_branch) {
  cluster_fixture all{1};
  auto result = all.run("{'id': 'a', 'type': 'fail', 'place': {'spread': true},"
                        " 'retry': {'attempts': 2, 'initial': 0},"
                        " 'fallback': {'id': 'b', 'type': 'echo', 'params': {'value': 'saved'}}}");
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.output.json() == "saved");
  auto story = result.tree->children.at(0)->metadata.at("primary_attempt_result").json();
  BOOST_TEST(story.at("attempts") == 2);
}

BOOST_AUTO_TEST_CASE(a_timeout_ends_a_branch_where_it_runs) {
  cluster_fixture all{1};
  auto result = all.run("{'id': 'a', 'type': 'sleep', 'params': {'for': '1h'},"
                        " 'timeout': '30ms', 'place': {'spread': true}}");
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::timeout));
  BOOST_TEST(all.workers()[0].wait_until_idle(10s));
}

BOOST_AUTO_TEST_CASE(a_failure_cancels_the_branches_on_other_workers) {
  held_kind held;
  cluster_fixture all{2, [&](registry& x) { x.add(held.kind()); }};
  opened_at_the_end guard{held};
  auto flow = all.nodes("{'id': 'p', 'place': {'spread': true}, 'parallel': ["
                        " {'id': 'a', 'type': 'held'}, {'id': 'b', 'type': 'held'},"
                        " {'id': 'c', 'sequence': [{'id': 'w', 'wait': {'signal': 'go'}},"
                        "                          {'id': 'f', 'type': 'fail'}]}]}");
  auto run = all.home->submit(flow);
  held.await(2);
  BOOST_REQUIRE(run.signal("go"));
  auto result = run.result();
  BOOST_REQUIRE(result.error);
  BOOST_TEST(result.error->path == "p/c/f");
  BOOST_TEST((find_result(result.tree, "p/a")->status == status::cancelled));
  for (auto& one : all.workers())
    BOOST_TEST(one.wait_until_idle(10s));
}

BOOST_AUTO_TEST_CASE(a_cancelled_run_cancels_what_runs_on_workers) {
  held_kind held;
  cluster_fixture all{2, [&](registry& x) { x.add(held.kind()); }};
  opened_at_the_end guard{held};
  auto run = all.home->submit(all.nodes("{'id': 'a', 'type': 'held', 'place': {'spread': true},"
                                        " 'batch': {'items': [1, 2, 3, 4], 'parallel': true}}"));
  held.await(4);
  run.cancel();
  BOOST_TEST((run.result().status == status::cancelled));
  for (auto& one : all.workers())
    BOOST_TEST(one.wait_until_idle(10s));
}

BOOST_AUTO_TEST_CASE(a_worker_is_connected_though_steps_hold_all_threads) {
  cluster_fixture all{1};
  engine_options options;
  options.network.emplace();
  options.blocking_threads = 1;
  engine busy{std::move(options)};
  std::promise<void> begun, end;
  busy.steps().add("blocks", [&, ended = end.get_future().share()](const step_input& in) {
    begun.set_value();
    ended.wait();
    return step_output{in.input};
  });
  auto blocked = busy.submit(
    must_parse("{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'blocks'}]}", busy.steps()));
  begun.get_future().wait();
  BOOST_REQUIRE(busy.connect("127.0.0.1:" + std::to_string(all.workers()[0].port())));
  auto far = busy.run(must_parse("{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'echo', 'params': "
                                 "{'value': 7}, 'place': {'spread': true, 'queue': '5s'}}]}",
                                 busy.steps()));
  end.set_value();
  BOOST_TEST(far.output.json() == 7);
  BOOST_TEST(blocked.result().success());
}

BOOST_AUTO_TEST_CASE(other_machines_are_not_talked_to_in_the_open) {
  cluster_fixture all{0};
  auto refused = all.home->connect("192.0.2.1:4242");
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == errc::denied));
  auto exposed = worker::start(*all.home, {.listen = "0.0.0.0:0"});
  BOOST_REQUIRE(!exposed);
  BOOST_TEST((exposed.error().code == errc::denied));
  BOOST_TEST((all.home->connect("nonsense").error().code == errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()
