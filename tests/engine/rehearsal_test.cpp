// SPDX-License-Identifier: Apache-2.0
#include "troupe/testing.hpp"

#include "troupe/dsl.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <thread>

using namespace troupe;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

struct rehearsal_fixture : testing::rehearsal {
  flow parsed(const std::string& nodes) const {
    auto read = parse_flow(R"({"troupe": 1, "pipeline": [)" + nodes + "]}", steps());
    BOOST_REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error().front())));
    return *read;
  }
};

testing::stand_in_fn gives(json x) {
  return [x](const step_input&) -> step_output { return x; };
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(rehearsal_suite, rehearsal_fixture)

BOOST_AUTO_TEST_CASE(hours_pass_at_once) {
  auto result = run(parsed(R"({"type": "sleep", "params": {"for": "3h"}}, {"wait": "2h"})"));
  BOOST_TEST(result.success());
  BOOST_TEST((result.duration >= 5h && result.duration < 5h + 1s));
}

BOOST_AUTO_TEST_CASE(a_stand_in_runs_in_place_of_a_kind_or_of_one_step) {
  stand_in_for_kind("http", gives({{"response", "any"}}), 2s);
  stand_in_for("one", gives({{"response", "one"}}));
  auto result = run(parsed(R"({"merge": "outputs", "parallel": [
    {"id": "one", "type": "http", "params": {"url": "http://example.com/1"}},
    {"id": "two", "type": "http", "params": {"url": "http://example.com/${inputs.n}"}}]})"),
                    json{{"n", 2}});
  BOOST_TEST(result.output.dump() == R"([{"response":"one"},{"response":"any"}])");
  BOOST_TEST((result.duration == 2s));
  BOOST_REQUIRE(calls().size() == 2u);
  BOOST_TEST(calls()[1].params.json()["url"] == "http://example.com/2");
}

BOOST_AUTO_TEST_CASE(a_kind_that_reaches_outside_is_refused_without_a_stand_in) {
  auto result = run(parsed(R"({"type": "shell", "params": {"command": "false"}})"));
  BOOST_TEST((result.error->code == errc::denied));
  BOOST_TEST(result.error->message == "a rehearsal has no stand-in for \"shell\"");
}

BOOST_AUTO_TEST_CASE(files_are_not_changed_without_a_stand_in) {
  auto two_paths = R"({"source_path": "a", "dest_path": "b"})";
  auto whole = R"({"file_path": "a", "content": "b"})", path = R"({"file_path": "a"})";
  for (auto [kind, params] : {std::pair{"write-file", whole},
                              {"copy-file", two_paths},
                              {"move-file", two_paths},
                              {"delete-file", path}}) {
    auto node = R"({"type": ")" + std::string{kind} + R"(", "params": )" + params + "}";
    auto result = run(parsed(node));
    BOOST_TEST((result.error->code == errc::denied), result.error->message);
  }
}

BOOST_AUTO_TEST_CASE(a_flow_of_the_services_own_kinds_is_not_run_for_real) {
  auto ran = false;
  registry real;
  real.add({.name = "drop_tables",
            .run = plain_fn{[&](const step_input&) -> step_output {
              ran = true;
              return {};
            }},
            .check = [](const json&) -> std::string { return "there is no database"; },
            .reaches_outside = true});
  auto x = parse_flow(R"({"troupe": 1, "pipeline": [{"id": "a", "type": "drop_tables"}]})", real);
  BOOST_REQUIRE(x);
  BOOST_TEST((run(*x).error->code == errc::denied));
  stand_in_for("a", gives("dropped"));
  BOOST_TEST(run(*x).output.text() == "dropped");
  BOOST_TEST(!ran);
}

BOOST_AUTO_TEST_CASE(a_function_in_a_flow_of_cpp_has_a_stand_in_like_any_step) {
  using namespace troupe::dsl;
  auto one = [](const step_input&) -> step_output { return json(1); };
  auto x = build(step("a", one) >> step("b", inline_fn{one}), steps());
  BOOST_REQUIRE(x);
  BOOST_TEST(run(*x).output.json() == 1);
  BOOST_TEST(calls().size() == 2u);
  stand_in_for("b", gives(2));
  BOOST_TEST(run(*x).output.json() == 2);
}

BOOST_AUTO_TEST_CASE(what_else_the_service_has_registered_is_there) {
  registry own;
  add_built_in_steps(own);
  own.add_merge("first", [](const value& all) { return *all.at(0)->find("output"); });
  own.add_split("same", [](const value& x) { return value::list({x, x}); });
  own.add_context_merge("both", [](const value& x) { return *x.find("values"); });
  own.add_limit("one", {.concurrency = 1});
  testing::rehearsal stage{own};
  auto read = parse_flow(R"({"troupe": 1, "pipeline": [
    {"id": "g", "merge": "first", "split": "same", "context_merge": {"k": "both"}, "parallel": [
      {"type": "sleep", "params": {"for": "1s"}, "limit": "one", "set": {"k": 1}},
      {"type": "sleep", "params": {"for": "1s"}, "limit": "one", "set": {"k": 2}}]},
    {"type": "echo", "params": {"value": "${context.k}"}}]})",
                         stage.steps());
  BOOST_REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error().front())));
  auto result = stage.run(*read);
  BOOST_TEST(result.output.json() == (json{1, 2}));
  BOOST_TEST((result.duration == 2s)); // one after the other
}

BOOST_AUTO_TEST_CASE(failures_are_rehearsed_to_the_second) {
  auto tries = 0;
  stand_in_for_kind(
    "flaky",
    [&](const step_input&) -> step_output {
      if (++tries < 3)
        throw step_error{errc::connection_failed, "not yet"};
      return json(tries);
    },
    1s);
  auto result = run(parsed(R"({"id": "f", "type": "flaky",
    "retry": {"attempts": 5, "initial": "10s", "factor": 2, "jitter": "none"}})"));
  BOOST_TEST(result.output.json() == 3);
  BOOST_REQUIRE(calls().size() == 3u);
  BOOST_TEST((calls()[1].at == 11s && calls()[2].at == 32s));
  BOOST_TEST(calls()[2].attempt == 3);
}

BOOST_AUTO_TEST_CASE(what_is_cancelled_does_not_play_its_part) {
  auto played = false;
  stand_in_for_kind(
    "slow",
    [&](const step_input&) -> step_output {
      played = true;
      return {};
    },
    1h);
  auto result = run(parsed(R"({"id": "p", "parallel": [{"type": "slow"}, {"type": "fail"}]})"));
  BOOST_TEST(!result.success());
  BOOST_TEST((result.duration < 1s));
  BOOST_TEST(!played);
  result = run(parsed(R"({"type": "slow", "timeout": "5s"})"));
  BOOST_TEST((result.error->code == errc::timeout && result.duration == 5s));
}

BOOST_AUTO_TEST_CASE(a_signal_comes_when_it_was_announced) {
  auto x = parsed(
    R"({"id": "ask", "wait": {"signal": "approve"}}, {"type": "echo", "params": {"value": "${ask.by}"}})");
  BOOST_TEST((run(x).status == status::waiting));
  signal("approve", json{{"by", "me"}});
  BOOST_TEST(run(x).output.text() == "me");
  BOOST_TEST((run(x).status == status::waiting));
}

/// When the node of that place in the last group had ended.
struct approval_flow {
  static constexpr auto text = R"({"id": "p", "merge": "outputs", "parallel": [
    {"id": "ask", "wait": {"signal": "approve", "schema": {"type": "string"}},
     "timeout": "1h", "fallback": {"type": "echo", "params": {"value": "nobody"}}},
    {"type": "sleep", "params": {"for": "10s"}}]})";
};

BOOST_AUTO_TEST_CASE(a_signal_comes_when_nothing_else_goes_on) {
  auto x = parsed(approval_flow::text);
  signal("approve", "me");
  auto result = run(x);
  BOOST_TEST(result.output.json()[0] == "me");
  BOOST_TEST((result.duration == 10s));
}

BOOST_AUTO_TEST_CASE(a_signal_that_nobody_sends_is_waited_for_in_vain) {
  auto x = parsed(approval_flow::text);
  auto result = run(x);
  BOOST_TEST(result.output.json()[0] == "nobody");
  BOOST_TEST((result.duration == 1h));
  result = run(x, {}, {.end_when_waiting = true});
  BOOST_TEST((result.status == status::waiting && result.duration == 10s));
  BOOST_TEST(result.waiting_for.at(0).signal == "approve");
}

BOOST_AUTO_TEST_CASE(a_signal_that_no_node_takes_is_refused) {
  auto x = parsed(approval_flow::text);
  signal("aprove", "me");
  auto result = run(x);
  BOOST_TEST((result.error->code == errc::invalid_input));
  BOOST_TEST(result.error->message ==
             "no node waits for the signal \"aprove\"; did you mean \"approve\"?");
  signal("approve", json(7));
  BOOST_TEST((run(x).error->code == errc::invalid_input));
  signal("approve", "me");
  BOOST_TEST(run(x).output.json()[0] == "me");
}

BOOST_AUTO_TEST_CASE(what_a_stand_in_throws_fails_its_step_alone) {
  stand_in_for_kind("odd", [](const step_input&) -> step_output { throw 42; });
  auto x = parsed(R"({"type": "odd"})");
  auto result = run(x);
  BOOST_TEST((result.error->code == errc::step_failed));
  BOOST_TEST(result.error->message == "threw something that is no std::exception");
  stand_in_for_kind("odd", gives(1));
  BOOST_TEST(run(x).output.json() == 1);
}

/// A client that calls back from a thread of its own.
struct client {
  std::optional<promise> owed;

  void operator()(const step_input&, promise answer) {
    std::thread{[answer] { answer.succeed("from another thread"); }}.join();
    owed = std::move(answer);
  }
};

BOOST_AUTO_TEST_CASE(an_answer_from_another_thread_never_counts) {
  client slow;
  registry own;
  own.add_async("call_back", std::ref(slow));
  own.add("quick", [](const step_input&) -> step_output { return "quick"; });
  auto stage = std::make_optional<testing::rehearsal>(own);
  auto x = parse_flow(R"({"troupe": 1, "pipeline": [{"parallel": [
    {"id": "a", "type": "call_back"}, {"id": "b", "type": "quick"}]}]})",
                      own);
  BOOST_REQUIRE(x);
  auto result = stage->run(*x);
  BOOST_TEST((result.error->code == errc::denied));
  BOOST_TEST(result.error->message == "a rehearsal hears no answer from another thread: " +
                                        result.tree->children[0]->path + "/a needs a stand-in");
  auto y = parse_flow(R"({"troupe": 1, "pipeline": [{"id": "b", "type": "quick"}]})", own);
  BOOST_TEST(stage->run(*y).output.text() == "quick");
  stage->stand_in_for_kind("call_back", gives("played"));
  BOOST_TEST(stage->run(*x).success());
  std::thread late{[&] {
    slow.owed->succeed("too late");
    slow.owed.reset();
  }};
  stage.reset(); // waits for it
  late.join();
}

BOOST_AUTO_TEST_CASE(the_same_happens_each_time) {
  stand_in_for_kind("slow", gives(1), 10ms);
  auto x = parsed(
    R"({"batch": {"items": "${inputs.all}", "parallel": true, "max_concurrent": 3}, "id": "b",
    "type": "slow"})");
  auto told = [&] {
    std::string all;
    run_options options;
    options.on_event = [&](const event& one) { all += json(one).dump() + "\n"; };
    auto result = run(x, json{{"all", {1, 2, 3, 4, 5, 6, 7}}}, std::move(options));
    return all + as_value(result).dump();
  };
  auto first = told();
  BOOST_TEST(first.find("\"succeeded\"") != std::string::npos);
  BOOST_TEST(told() == first);
}

BOOST_AUTO_TEST_CASE(missing_inputs_are_refused_as_by_an_engine) {
  auto result = run(parsed(R"({"type": "echo", "params": {"value": "${inputs.n}"}})"));
  BOOST_TEST((result.error->code == errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()
