// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/cluster_fixture.hpp"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// Tells the test when it has begun, and ends when the test says so.
class held_kind {
public:
  step_kind kind(const std::string& name = "held", bool idempotent = true) {
    step_kind x{.name = name};
    x.run = async_fn{[this](const step_input& in, promise answer) {
      std::lock_guard guard{mutex_};
      ++begun_[in.host->path()];
      if (is_open_)
        return answer.succeed(in.input);
      held_.push_back({answer, in.input});
      hooks_.push_back(std::make_unique<hook>(in.stop, [answer] {
        answer.fail({errc::cancelled, "stopped"});
      }));
      changed_.notify_all();
    }};
    x.idempotent = idempotent;
    return x;
  }
  /// Blocks until that many calls have begun.
  void await(size_t count) {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [&] {
      size_t all = 0;
      for (auto& [path, number] : begun_)
        all += number;
      return all >= count;
    });
  }
  /// Lets all go, those to come too.
  void open() {
    std::vector<std::pair<promise, value>> all;
    std::vector<std::unique_ptr<hook>> hooks;
    {
      std::lock_guard guard{mutex_};
      is_open_ = true;
      all.swap(held_);
      hooks.swap(hooks_);
    }
    for (auto& [answer, output] : all)
      answer.succeed(output);
  }
  std::map<std::string, size_t> begun() {
    std::lock_guard guard{mutex_};
    return begun_;
  }

private:
  using hook = std::stop_callback<std::function<void()>>;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, size_t> begun_;
  std::vector<std::pair<promise, value>> held_;
  std::vector<std::unique_ptr<hook>> hooks_;
  bool is_open_ = false;
};

/// Lets all go at the end of a test: what is held keeps engines from ending.
struct opened_at_the_end {
  held_kind& held;
  ~opened_at_the_end() { held.open(); }
};

std::set<std::string> types_of(const std::vector<event>& all) {
  std::set<std::string> types;
  for (auto& x : all)
    types.emplace(to_string(x.type));
  return types;
}

/// Keeps what it is told; of a run it is told the end after who waits for the result.
struct listening {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<event> all;

  /// Blocks until this has happened.
  void await(const std::string& type, const std::string& path) {
    std::unique_lock guard{mutex};
    changed.wait(guard, [&] {
      return std::any_of(all.begin(), all.end(),
                         [&](auto& x) { return to_string(x.type) == type && x.path == path; });
    });
  }
  run_options options() {
    return {.on_event = [this](const event& x) {
      std::lock_guard guard{mutex};
      all.push_back(x);
      changed.notify_all();
    }};
  }
};

} // namespace

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
           "'}, 'undo': {'type': 'noted', 'params': {'what': 'undo " + id + "'}}},";
  };
  auto run = all.home->submit(
    all.nodes("{'id': 's', 'place': {'spread': true}, 'on_error': 'rollback', 'sequence': [" +
              noted("a") + "{'id': 'h', 'type': 'held'}," + noted("b") +
              "{'id': 'f', 'type': 'fail'}]}"),
    {}, listener.options());
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
  BOOST_TEST(later == (std::vector<std::string>{"b", "undo b", "undo a"}),
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
  std::mutex mutex;
  std::vector<std::string> done;
  auto add = [&](registry& x) {
    x.add_inline("noted", [&](const step_input& in) -> step_output {
      std::lock_guard guard{mutex};
      done.push_back(in.param("what").as_text());
      return in.param("what");
    });
  };
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
  BOOST_TEST(done == (std::vector<std::string>{"b", "c", "undo c of b", "undo b"}),
             boost::test_tools::per_element());
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

BOOST_AUTO_TEST_CASE(a_worker_that_drains_finishes_and_takes_no_more) {
  held_kind held;
  cluster_fixture all{2, [&](registry& x) { x.add(held.kind()); }};
  opened_at_the_end guard{held};
  auto run = all.home->submit(all.nodes("{'id': 'a', 'type': 'held', 'place': {'node': 'w1'}},"
                                        "{'id': 'b', 'type': 'echo', 'place': {'spread': true}},"
                                        "{'id': 'c', 'type': 'echo', 'place': {'spread': true}}"));
  held.await(1);
  all.workers()[0].drain();
  held.open();
  auto result = run.result();
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.tree->children.at(0)->worker == "w1");
  BOOST_TEST(all.workers()[0].wait_until_idle(10s));
}

BOOST_AUTO_TEST_CASE(a_worker_that_drains_is_idle_when_its_answers_have_arrived) {
  held_kind held;
  auto add = [&](registry& x) {
    x.add(held.kind());
    x.add_inline("large", [](const step_input&) -> step_output {
      return value{json(std::string(20'000'000, 'x'))};
    });
  };
  cluster_fixture all{1, add};
  opened_at_the_end guard{held};
  auto run = all.home->submit(
    all.nodes("{'id': 'a', 'place': {'spread': true}, 'idempotent': false, 'batch': {'items': "
              "[1, 2, 3, 4], 'parallel': true}, 'sequence': ["
              " {'id': 'first', 'type': 'held'}, {'id': 'then', 'type': 'large'}]},"
              "{'id': 'b', 'type': 'jq', 'params': {'program': '.success_count'}}"));
  held.await(4);
  all.workers()[0].drain();
  held.open();
  BOOST_TEST(all.workers()[0].wait_until_idle(20s));
  all.lose(0);
  auto result = run.result();
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.output.json() == 4);
}

BOOST_AUTO_TEST_CASE(a_worker_is_not_idle_as_long_as_an_answer_may_be_on_its_way) {
  network_options options;
  options.heartbeat = 1h; // nobody says what has arrived
  options.lease = 20h;
  cluster_fixture all{1, {}, options};
  BOOST_TEST(all.output_of("{'id': 'a', 'type': 'echo', 'params': {'value': 7}, 'place': "
                           "{'spread': true}}") == 7);
  auto& one = all.workers()[0];
  BOOST_TEST(!one.wait_until_idle(10ms));
  all.home->disconnect("127.0.0.1:" + std::to_string(one.port()));
  BOOST_TEST(one.wait_until_idle(10s)); // there is nobody to answer any more
}

BOOST_AUTO_TEST_CASE(a_worker_that_lets_go_undoes_nothing_that_counts_elsewhere) {
  held_kind held;
  std::mutex mutex;
  std::vector<std::string> done;
  auto add = [&](registry& x) {
    x.add(held.kind());
    x.add_inline("noted", [&](const step_input& in) -> step_output {
      std::lock_guard guard{mutex};
      done.push_back(in.param("what").as_text());
      return in.param("what");
    });
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
  BOOST_TEST(done == (std::vector<std::string>{"b", "c"}), boost::test_tools::per_element());
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
