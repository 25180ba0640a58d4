// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/cluster/listening.hpp"
#include "tests/cluster/notes.hpp"

#include <atomic>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(across_workers)

BOOST_AUTO_TEST_CASE(limits_of_the_flow_count_on_all_workers_together) {
  std::atomic<int> running = 0, most = 0;
  auto add = [&](registry& x) {
    x.add("busy", [&](const step_input& in) -> step_output {
      auto now = ++running;
      for (auto seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      --running;
      return in.input;
    });
  };
  cluster_fixture all{3, add};
  auto output = all.home->run(all.nodes(
    "{'id': 'a', 'place': {'spread': true}, 'sequence': [{'id': 'b', 'type': 'busy', 'limit': "
    "'one'}], 'batch': {'items': [1,2,3,4,5,6,7,8,9,10,11,12], 'parallel': true}}",
    "'limits': {'one': {'concurrency': 1}},"));
  BOOST_REQUIRE_MESSAGE(output.success(), (output.error ? output.error->message : ""));
  BOOST_TEST(most == 1);
}

BOOST_AUTO_TEST_CASE(a_budget_holds_for_what_workers_spend) {
  auto add = [](registry& x) {
    x.add_inline("costly", [](const step_input&) -> step_output {
      step_output out{value{1}};
      out.metrics = {{"cost_usd", 0.3}};
      return out;
    });
  };
  cluster_fixture all{2, add};
  auto result =
    all.run("{'id': 'all', 'budget': {'cost_usd': 1}, 'sequence': ["
            " {'id': 'a', 'place': {'spread': true}, 'sequence': [{'id': 'b', 'type': 'costly'}],"
            "  'batch': {'items': [1,2,3,4,5,6]}}]}");
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::budget_exceeded));
  BOOST_TEST(result.metrics.count("/cost_usd") == 1'200'000'000);
}

BOOST_AUTO_TEST_CASE(what_was_done_on_a_worker_is_undone_there) {
  notes done;
  auto add = [&](registry& x) { done.add_to(x); };
  cluster_fixture all{2, add};
  auto result = all.run(
    "{'id': 'all', 'on_error': 'rollback', 'sequence': ["
    " {'id': 'a', 'place': {'spread': true}, 'sequence': ["
    "  {'id': 'b', 'type': 'noted', 'params': {'what': 'b'},"
    "   'undo': {'id': 'un_b', 'type': 'noted', 'params': {'what': 'undo ${result}'}}},"
    "  {'id': 'c', 'type': 'noted', 'params': {'what': 'c'},"
    "   'undo': {'id': 'un_c', 'type': 'noted', 'params': {'what': 'undo ${result} of ${b}'}}}]},"
    " {'id': 'f', 'type': 'fail'}]}");
  BOOST_REQUIRE(result.error);
  BOOST_TEST(done.all() == (std::vector<std::string>{"b", "c", "undo c of b", "undo b"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_group_that_was_done_on_a_worker_is_undone_in_its_turn) {
  notes done;
  auto add = [&](registry& x) { done.add_to(x); };
  cluster_fixture all{1, add};
  auto result =
    all.run("{'id': 'all', 'on_error': 'rollback', 'sequence': ["
            " {'id': 's', 'place': {'spread': true}, 'sequence': ["
            "  {'id': 'g', 'sequence': [{'id': 'a', 'type': 'noted', 'params': {'what': 'a'}}],"
            "   'undo': {'id': 'un_g', 'type': 'noted', 'params': {'what': 'undo g'}}},"
            "  {'id': 'b', 'type': 'noted', 'params': {'what': 'b'},"
            "   'undo': {'id': 'un_b', 'type': 'noted', 'params': {'what': 'undo b'}}}]},"
            " {'id': 'f', 'type': 'fail'}]}");
  BOOST_TEST(!result.success());
  BOOST_TEST(done.all() == (std::vector<std::string>{"a", "b", "undo b", "undo g"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_signal_that_cannot_be_read_fails_its_branch) {
  cluster_fixture all{1};
  listening listener;
  auto run =
    all.home->submit(all.nodes("{'id': 'p', 'place': {'spread': true}, 'wait': {'signal': 'go'}}"),
                     {}, listener.options());
  listener.await("waiting_for_signal", "p");
  value deep{json(1)};
  for (auto i = 0; i < 300; ++i)
    deep = value::list({deep});
  BOOST_TEST(run.signal("go", deep).has_value());
  auto result = run.result();
  listener.await("run_finished", "");
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::invalid_input), result.error->message);
}

BOOST_AUTO_TEST_CASE(the_payload_of_a_signal_is_judged_by_the_wait_that_it_is_for) {
  cluster_fixture all{1};
  listening listener;
  auto run = all.home->submit(
    all.nodes("{'id': 'p', 'place': {'spread': true}, 'call': 'f'}",
              "'flows': {'f': {'pipeline': ["
              " {'id': 'ask', 'wait': {'signal': 'go', 'schema': {'type': 'integer'}}},"
              " {'id': 'big_ask', 'wait': {'signal': 'go', 'schema': {'type': 'string'}}}]}},"),
    {}, listener.options());
  listener.await("waiting_for_signal", "p/ask");
  BOOST_TEST(run.signal("go", value{json(5)}).has_value());
  listener.await("waiting_for_signal", "p/big_ask");
  BOOST_TEST(run.signal("go", value{json("text")}).has_value());
  if (!run.wait_for(10s))
    run.cancel();
  listener.await("run_finished", "");
  BOOST_TEST(run.result().output.json() == "text");
}

BOOST_AUTO_TEST_CASE(secrets_come_from_the_worker_itself_where_the_way_is_open) {
  ::setenv("CLUSTER_TEST_KEY", "a worker's own", 1);
  cluster_fixture all{1};
  run_options options;
  options.secret = [](const std::string&) { return std::optional<std::string>{"from home"}; };
  auto flow = all.nodes("{'id': 'a', 'type': 'jq', 'place': {'spread': true}, 'input': "
                        "'${secret.CLUSTER_TEST_KEY}', 'params': {'program': 'length'}},"
                        "{'id': 'b', 'type': 'template', 'place': {'spread': true}, 'params': "
                        "{'text': '${secret.CLUSTER_TEST_KEY}'}}",
                        "'secrets': ['CLUSTER_TEST_KEY'],");
  auto result = all.home->run(flow, {}, std::move(options));
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.output.json() == "a worker's own");
  ::unsetenv("CLUSTER_TEST_KEY");
}

BOOST_AUTO_TEST_CASE(what_is_larger_than_a_message_may_be_is_refused_either_way) {
  auto add = [](registry& x) {
    x.add_inline("large", [](const step_input&) -> step_output {
      return value{json(std::string(100'000, 'x'))};
    });
  };
  network_options options;
  options.largest_message = 50'000;
  cluster_fixture all{1, add, options};
  for (std::string node :
       {"'type': 'large', 'place': {'spread': true}}",
        "'type': 'large'}, {'id': 'b', 'type': 'echo', 'place': {'spread': true}}"}) {
    auto result = all.run("{'id': 'a', " + node);
    BOOST_REQUIRE(result.error);
    BOOST_TEST((result.error->code == errc::payload_too_large), result.error->message);
  }
}

BOOST_AUTO_TEST_CASE(of_a_summary_no_more_travels_than_it_tells) {
  network_options options;
  options.largest_message = 50'000;
  cluster_fixture all{1, {}, options};
  std::string nodes;
  for (auto i = 0; i < 5; ++i)
    nodes +=
      "{'type': 'template', 'params': {'text': '${inputs.large} " + std::to_string(i) + "'}},";
  auto flow = all.nodes("{'id': 'a', 'place': {'spread': true}, 'sequence': [" + nodes +
                          " {'type': 'echo', 'params': {'value': 'done'}}]}",
                        "'inputs': {'large': {}},");
  value inputs{json{{"large", std::string(20'000, 'x')}}};
  auto full = all.home->run(flow, inputs);
  BOOST_REQUIRE(full.error);
  BOOST_TEST((full.error->code == errc::payload_too_large), full.error->message);
  auto brief = all.home->run(flow, inputs, {.results = result_detail::summary});
  BOOST_REQUIRE_MESSAGE(brief.success(), (brief.error ? brief.error->message : ""));
  BOOST_TEST(brief.output.json() == "done");
}

BOOST_AUTO_TEST_CASE(a_deep_tree_of_results_comes_back_and_a_deeper_one_harms_no_worker) {
  for (size_t groups : {4, 9}) { // in each of 28 calls that are inside of each other
    cluster_fixture all{1};
    listening listener;
    std::string open, close;
    for (size_t i = 0; i < groups; ++i) {
      open += "{'id': 's" + std::to_string(i) + "', 'sequence': [";
      close += "]}";
    }
    auto flow = all.nodes(
      "{'id': 'a', 'place': {'spread': true}, 'sequence': ["
      " {'id': 'k', 'type': 'echo', 'params': {'value': 28}}, {'id': 'q', 'call': 'f'}]}",
      "'flows': {'f': {'pipeline': [{'id': 'n', 'type': 'jq', 'params': {'program': '. - 1'}},"
      " {'id': 'c', 'when': '. > 0', 'sequence': [" +
        open + "{'id': 'again', 'call': 'f'}" + close + "]}]}},");
    auto result = all.home->run(flow, {}, listener.options());
    listener.await("run_finished", "");
    BOOST_TEST(result.success() == (groups == 4));
    if (result.error)
      BOOST_TEST((result.error->code == errc::payload_too_large), result.error->message);
    BOOST_TEST(!types_of(listener.all).contains("node_lost"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
