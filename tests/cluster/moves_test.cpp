// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/cluster/held_kind.hpp"
#include "tests/cluster/listening.hpp"
#include "tests/cluster/notes.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(moves)

BOOST_AUTO_TEST_CASE(a_branch_whose_worker_is_lost_goes_on_elsewhere_and_repeats_nothing) {
  held_kind held;
  std::atomic<int> first_runs = 0;
  auto add = [&](registry& x) {
    x.add(held.kind());
    x.add_inline("counted", [&](const step_input&) -> step_output {
      return {{"run", ++first_runs}};
    });
  };
  cluster_fixture all{2, add};
  opened_at_the_end guard{held};
  listening listener;
  auto flow = all.nodes("{'id': 's', 'place': {'spread': true}, 'sequence': ["
                        " {'id': 'first', 'type': 'counted', 'set': {'k': '${result.run}'}},"
                        " {'id': 'second', 'type': 'held'},"
                        " {'id': 'third', 'type': 'template',"
                        "  'params': {'text': '${first.run} ${context.k}'}}]}");
  auto run = all.home->submit(flow, {}, listener.options());
  held.await(1);
  listener.await("step_finished", "s/first");
  auto was_on = all.workers()[0].load().running == 1 ? 0u : 1u;
  auto lost = all.workers()[was_on].name();
  all.lose(was_on);
  held.await(2);
  held.open();
  auto result = run.result();
  listener.await("run_finished", "");
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.output.json() == "1 1"); // its changes of the context came along
  BOOST_TEST(first_runs == 1);
  BOOST_TEST(held.begun().at("s/second") == 2u);
  BOOST_TEST(find_result(result.tree, "s/first")->worker == lost);
  BOOST_TEST(find_result(result.tree, "s/third")->worker != lost);
  auto told = types_of(listener.all);
  BOOST_TEST(told.contains("node_lost"));
  BOOST_TEST(told.contains("branch_moved"));
}

BOOST_AUTO_TEST_CASE(a_branch_that_has_moved_is_undone_from_its_end_to_its_beginning) {
  ::setenv("CLUSTER_TEST_KEY", "a key", 1); // each worker has the secret itself
  held_kind held;
  std::mutex mutex;
  std::vector<std::vector<std::string>> done; // by each engine; the lost one takes back its own
  auto add = [&](registry& x) {
    x.add(held.kind());
    done.emplace_back();
    x.add_inline("noted", [&, by = done.size() - 1](const step_input& in) -> step_output {
      std::lock_guard guard{mutex};
      done[by].push_back(in.param("what").as_text());
      return in.param("what");
    });
  };
  cluster_fixture all{2, add};
  opened_at_the_end guard{held};
  listening listener;
  auto noted = [](const std::string& id) {
    return "{'id': '" + id + "', 'type': 'noted', 'params': {'what': '" + id +
           "'}, 'undo': {'type': 'noted', 'params': {'what': 'undo " + id +
           " with ${secret.CLUSTER_TEST_KEY}'}}},";
  };
  auto options = listener.options();
  options.secret = [](const std::string&) { return std::optional<std::string>{"from home"}; };
  auto run = all.home->submit(
    all.nodes("{'id': 's', 'place': {'spread': true}, 'on_error': 'rollback', 'sequence': [" +
                noted("a") + "{'id': 'h', 'type': 'held'}," + noted("b") +
                "{'id': 'f', 'type': 'fail'}]}",
              "'secrets': ['CLUSTER_TEST_KEY'],"),
    {}, std::move(options));
  held.await(1);
  listener.await("step_started", "s/h");
  auto was_on = all.workers()[0].load().running == 1 ? 0u : 1u;
  all.lose(was_on);
  held.await(2);
  held.open();
  BOOST_TEST(!run.result().success());
  listener.await("run_finished", "");
  std::lock_guard reading{mutex};
  auto& later = done[was_on == 0 ? 2 : 1];
  BOOST_TEST(later == (std::vector<std::string>{"b", "undo b with a key", "undo a with a key"}),
             boost::test_tools::per_element());
  ::unsetenv("CLUSTER_TEST_KEY");
}

BOOST_AUTO_TEST_CASE(a_group_that_has_moved_is_undone_in_its_turn) {
  held_kind held;
  notes done;
  auto add = [&](registry& x) {
    x.add(held.kind());
    done.add_to(x);
  };
  cluster_fixture all{2, add};
  opened_at_the_end guard{held};
  listening listener;
  auto run = all.home->submit(
    all.nodes("{'id': 's', 'place': {'spread': true}, 'on_error': 'rollback', 'sequence': ["
              " {'id': 'g', 'sequence': [{'id': 'a', 'type': 'noted', 'params': {'what': 'a'}}],"
              "  'undo': {'id': 'un_g', 'type': 'noted', 'params': {'what': 'undo g'}}},"
              " {'id': 'b', 'type': 'noted', 'params': {'what': 'b'},"
              "  'undo': {'id': 'un_b', 'type': 'noted', 'params': {'what': 'undo b'}}},"
              " {'id': 'h', 'type': 'held'}, {'id': 'f', 'type': 'fail'}]}"),
    {}, listener.options());
  held.await(1);
  listener.await("step_started", "s/h");
  all.lose(all.workers()[0].load().running == 1 ? 0 : 1);
  held.await(2);
  held.open();
  BOOST_TEST(!run.result().success());
  listener.await("run_finished", "");
  BOOST_TEST(done.all() == (std::vector<std::string>{"a", "b", "undo b", "undo g"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_step_that_is_not_idempotent_never_runs_again) {
  for (std::string body : {"'type': 'held'", "'sequence': [{'id': 'one', 'type': 'held'}]"}) {
    held_kind held;
    cluster_fixture all{2, [&](registry& x) { x.add(held.kind("held", false)); }};
    opened_at_the_end guard{held};
    auto run = all.home->submit(all.nodes("{'id': 's', 'place': {'spread': true}, " + body + "}"));
    held.await(1);
    all.lose(all.workers()[0].load().running == 1 ? 0 : 1);
    auto result = run.result();
    BOOST_REQUIRE(result.error);
    BOOST_TEST((result.error->code == errc::node_lost), result.error->message);
    for (auto& [path, count] : held.begun())
      BOOST_TEST(count == 1u, path);
  }
}

BOOST_AUTO_TEST_CASE(what_has_ended_does_not_run_again_because_it_gave_too_much) {
  held_kind held;
  std::atomic<int> runs = 0;
  auto add = [&](registry& x) {
    x.add(held.kind());
    step_kind once{.name = "once", .run = plain_fn{[&](const step_input&) -> step_output {
                                     ++runs;
                                     return value{json(std::string(100'000, 'x'))};
                                   }}};
    once.idempotent = false;
    x.add(once);
  };
  network_options options;
  options.largest_message = 50'000;
  cluster_fixture all{2, add, options};
  opened_at_the_end guard{held};
  listening listener;
  auto run = all.home->submit(
    all.nodes("{'id': 's', 'place': {'spread': true}, 'sequence': ["
              " {'id': 'a', 'type': 'once'}, {'id': 'h', 'type': 'held', 'input': 1}]}"),
    {}, listener.options());
  held.await(1);
  listener.await("step_started", "s/h");
  all.lose(all.workers()[0].load().running == 1 ? 0 : 1);
  held.open();
  auto result = run.result();
  listener.await("run_finished", "");
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::payload_too_large), result.error->message);
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(a_branch_moves_as_often_as_it_may) {
  held_kind held;
  cluster_fixture all{3, [&](registry& x) { x.add(held.kind()); }};
  opened_at_the_end guard{held};
  auto run = all.home->submit(
    all.nodes("{'id': 'a', 'type': 'held', 'place': {'spread': true, 'max_moves': 1}}"));
  for (size_t moves = 0; moves < 2; ++moves) {
    held.await(moves + 1);
    auto& workers = all.workers();
    auto busy =
      std::find_if(workers.begin(), workers.end(), [](auto& x) { return x.load().running == 1; });
    BOOST_REQUIRE((busy != workers.end()));
    all.lose(static_cast<size_t>(busy - workers.begin()));
  }
  auto result = run.result();
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::node_lost));
  BOOST_TEST(result.error->message.find("moved 1 times") != std::string::npos,
             result.error->message);
}

BOOST_AUTO_TEST_CASE(a_worker_that_lets_go_undoes_nothing_that_counts_elsewhere) {
  held_kind held;
  notes done;
  auto add = [&](registry& x) {
    x.add(held.kind());
    done.add_to(x);
  };
  {
    cluster_fixture all{2, add};
    opened_at_the_end guard{held};
    listening listener;
    auto flow =
      all.nodes("{'id': 'a', 'place': {'spread': true}, 'on_error': 'rollback', 'sequence': ["
                " {'id': 'b', 'type': 'noted', 'params': {'what': 'b'},"
                "  'undo': {'id': 'un_b', 'type': 'noted', 'params': {'what': 'undo b'}}},"
                " {'id': 'h', 'type': 'held'},"
                " {'id': 'c', 'type': 'noted', 'params': {'what': 'c'}}]}");
    auto run = all.home->submit(flow, {}, listener.options());
    held.await(1);
    listener.await("step_finished", "a/b");
    all.lose(all.workers()[0].load().running == 1 ? 0 : 1);
    held.await(2);
    held.open();
    auto result = run.result();
    listener.await("run_finished", "");
    BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  } // nothing runs any more
  BOOST_TEST(done.all() == (std::vector<std::string>{"b", "c"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
