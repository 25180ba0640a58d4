// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

/// A group whose steps have no actors; the test answers for asynchronous ones.
struct host_fixture : group_fixture {
  registry kinds = built_in_kinds();
  std::map<std::string, promise> held; ///< by path
  std::map<std::string, std::stop_token> stops;

  host_fixture() {
    fuses = true;
    kinds.add_async("later", [this](const step_input& in, promise answer) {
      held.emplace(in.host->path(), std::move(answer));
      stops.emplace(in.host->path(), in.stop);
    });
    kinds.add("blocks", [](const step_input& in) -> step_output { return in.input; });
    kinds.add_inline("short", [](const step_input& in) -> step_output { return in.input; });
    kinds.add_inline("fails", [](const step_input&) -> step_output {
      throw step_error{errc::step_failed, "now"};
    });
  }

  void start(const std::string& node) { start_group(read(node, "", kinds)); }
  void start_two(const std::string& first, const std::string& second) {
    start("{'id': 'g', 'parallel': [{'id': 'a', " + first + "}, {'id': 'b', " + second + "}]}");
  }
  /// CAF shows the next message only while it is alone.
  void handle_one() {
    BOOST_REQUIRE(scheduler.prioritize(group));
    scheduler.run_once();
  }
  void cancel_all() { deliver(parent, group, cancel{7, stop_reason::requested}); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(hosting, host_fixture)

BOOST_AUTO_TEST_CASE(what_waits_needs_no_actor) {
  auto before = alive();
  start_two("'wait': '1s'", "'type': 'later'");
  expect_at_clock<set_alarm>();
  BOOST_TEST(alive() == before + 1); // the group
  held.at("g/b").succeed("b");
  expect<worked>({}, group);
  ring(1s);
  auto result = expect_answer(group).result;
  BOOST_TEST(result->children.at(0)->output.text() == "in");
  BOOST_TEST(result->children.at(1)->output.text() == "b");
}

BOOST_AUTO_TEST_CASE(what_blocks_has_an_actor) {
  start_two("'type': 'blocks'", "'type': 'short'");
  finish_child(a, expect_start(a), success("g/a", 1));
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_AUTO_TEST_CASE(what_takes_time_is_under_way_before_anything_is_called) {
  start_two("'type': 'fails'", "'type': 'later'");
  BOOST_TEST(stops.at("g/b").stop_requested());
  expect_at_clock<set_alarm>();
  held.at("g/b").fail({errc::cancelled, "stopped"});
  expect<worked>({}, group);
  expect_at_clock<clear_alarm>();
  BOOST_TEST((expect_answer(group).result->children.at(1)->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(only_the_first_answer_counts) {
  start_two("'type': 'later'", "'type': 'later'");
  held.at("g/a").succeed("first");
  held.at("g/a").succeed("second");
  expect<worked>({}, group);
  held.at("g/b").succeed("b");
  expect<worked>({}, group);
  auto result = expect_answer(group).result;
  BOOST_TEST(result->children.at(0)->output.text() == "first");
}

BOOST_AUTO_TEST_CASE(a_step_past_its_limit_is_told_to_stop_and_has_failed) {
  start("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'later', 'timeout': '1s'}]}");
  expect_at_clock<set_alarm>();
  ring(1s);
  BOOST_TEST(stops.at("g/a").stop_requested());
  expect_at_clock<set_alarm>(); // until it is given up on
  held.at("g/a").fail({errc::cancelled, "stopped"});
  expect<worked>({}, group);
  expect_at_clock<clear_alarm>();
  BOOST_TEST((expect_answer(group).result->children.at(0)->error->code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(what_waits_for_its_time_ends_at_once_when_it_is_told_to_stop) {
  start_two("'type': 'sleep', 'params': {'for': '1h'}", "'wait': '2h'");
  expect_at_clock<set_alarm>(); // for the earlier one
  cancel_all();
  expect_at_clock<clear_alarm>();
  BOOST_TEST((expect_answer(group).result->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(a_group_has_one_alarm_for_all_that_wait) {
  start_two("'wait': '2s'", "'wait': '1s'");
  expect_at_clock<set_alarm>();
  ring(1s);
  expect_at_clock<set_alarm>();
  ring(1s);
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_AUTO_TEST_CASE(a_step_that_stops_while_it_is_told_to_needs_no_message) {
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
  kinds.add_async("polite", [&](const step_input& in, promise answer) {
    on_stop.emplace(in.stop, [answer] { answer.fail({errc::cancelled, "stopped"}); });
  });
  start("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'polite'}]}");
  cancel_all();
  BOOST_TEST((expect_answer(group).result->children.at(0)->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(a_step_that_does_not_stop_is_given_up_on_and_its_answer_is_stale) {
  start("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'later'}]}");
  cancel_all();
  expect_at_clock<set_alarm>();
  ring(3s);
  expect<abandoned>(group, run);
  expect<gave_up>(group, pool);
  BOOST_TEST(expect_answer(group).result->children.at(0)->abandoned);
  held.at("g/a").fail({errc::step_failed, "at last", {}, {{"cost_usd", 0.25}}});
  BOOST_TEST(expect<late>({}, run).spent.json().at("cost_usd") == 0.25);
}

BOOST_AUTO_TEST_CASE(each_try_is_one_of_its_own) {
  start(
    "{'id': 'g', 'type': 'later', 'retry': {'attempts': 2, 'initial': '1s', 'jitter': 'none'}}");
  held.at("g").fail({errc::step_failed, "once"});
  held.clear();
  expect<worked>({}, group);
  expect_at_clock<set_alarm>();
  ring(1s);
  held.at("g").succeed("twice");
  expect<worked>({}, group);
  BOOST_TEST(expect_answer(group).result->attempts == 2);
}

BOOST_AUTO_TEST_CASE(what_goes_wrong_behind_an_answer_is_the_end_of_its_step_alone) {
  start("{'id': 'g', 'on_error': 'continue', 'parallel': [{'id': 'a', 'type': 'later', 'returns': "
        "{'type': 'number'}}, {'id': 'b', 'type': 'short'}]}");
  held.at("g/a").succeed(
    value::deferred([]() -> value { throw std::runtime_error{"no answer"}; }, 1));
  expect<worked>({}, group);
  auto result = expect_answer(group).result;
  BOOST_TEST((result->children.at(0)->error->code == errc::crashed));
  BOOST_TEST(result->children.at(1)->success());
}

BOOST_AUTO_TEST_CASE(a_failure_that_crosses_the_limit_stands) {
  start("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'later', 'timeout': '1s'}]}");
  expect_at_clock<set_alarm>();
  scheduler.advance_time(1s);
  expect<tick>(clock, clock);
  held.at("g/a").fail({errc::step_failed, "just before"});
  handle_one(); // its limit
  BOOST_TEST(!stops.at("g/a").stop_requested());
  handle_one(); // its answer
  expect<proceed>(group, group);
  BOOST_TEST(expect_answer(group).result->children.at(0)->error->message == "just before");
}

BOOST_AUTO_TEST_CASE(an_answer_for_later_that_crosses_a_cancel_is_not_waited_for) {
  start("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'later'}]}");
  held.at("g/a").succeed_after(1h, value{"x"});
  caf::anon_send<caf::message_priority::high>(group, cancel{7, stop_reason::requested});
  handle_one(); // the urgent one
  BOOST_TEST(!stops.at("g/a").stop_requested());
  handle_one();
  BOOST_TEST((expect_answer(group).result->children.at(0)->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(a_stream_of_answers_lets_others_have_their_turn) {
  start("{'id': 'g', 'max_workers': 2, 'parallel': [{'id': 'a', 'type': 'later'}, {'id': 'b', "
        "'type': 'later'}, {'id': 'c', 'type': 'later'}, {'id': 'd', 'type': 'later'}]}");
  held.at("g/a").succeed("a");
  held.at("g/b").succeed("b");
  handle_one();
  scheduler.clock().current_time += 2ms;
  handle_one();
  expect<proceed>(group, group);
  BOOST_TEST(!held.contains("g/c"));
  expect<ask_to_proceed>(group, clock);
  expect<proceed>(clock, group);
  BOOST_TEST(held.contains("g/d"));
  held.at("g/c").succeed("c");
  expect<worked>({}, group);
  held.at("g/d").succeed("d");
  expect<worked>({}, group);
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_AUTO_TEST_CASE(an_inline_function_is_called_however_much_begins_before_it) {
  size_t begun = 0, seen = 0;
  kinds.add_async("instant", [&](const step_input& in, const promise& answer) {
    ++begun;
    answer.succeed(in.input);
  });
  kinds.add_inline("looks", [&](const step_input& in) -> step_output {
    seen = begun;
    return in.input;
  });
  std::string nodes = "{'id': 'l', 'type': 'looks'}";
  for (auto i = 0; i < 1500; ++i)
    nodes += ", {'type': 'instant'}";
  start("{'id': 'g', 'parallel': [" + nodes + "]}");
  while (begun < 1500)
    scheduler.run_once();
  scheduler.run();
  BOOST_TEST(seen == 1000u);
}

BOOST_AUTO_TEST_CASE(a_group_that_goes_down_stops_what_it_hosts_and_leaves_its_bill_to_the_run) {
  start_two("'type': 'later'", "'type': 'sleep', 'params': {'for': '1h'}");
  expect_at_clock<set_alarm>();
  caf::anon_send_exit(group, caf::exit_reason::kill);
  expect<caf::exit_msg>({}, group);
  BOOST_TEST(stops.at("g/a").stop_requested());
  expect<abandoned>(group, run);
  expect<gave_up>(group, pool);
  expect_at_clock<clear_alarm>();
  BOOST_TEST((expect<finished>(group, parent).result->error->code == errc::crashed));
  held.at("g/a").fail({errc::step_failed, "at last", {}, {{"cost_usd", 0.25}}});
  BOOST_TEST(expect<late>({}, run).spent.json().at("cost_usd") == 0.25);
  expect_nothing();
}

BOOST_AUTO_TEST_SUITE_END()
