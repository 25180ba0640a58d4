// SPDX-License-Identifier: Apache-2.0
#include "actors/step.hpp"

#include "actors/spawn.hpp"
#include "actors/tenure.hpp"
#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

/// One step of a kind that the test makes.
struct step_fixture : node_fixture {
  registry kinds = built_in_kinds();
  std::optional<promise> held; // by an asynchronous step that has begun
  std::stop_token stop;

  step_fixture() {
    kinds.add("boom",
              [](const step_input&) -> step_output { throw std::runtime_error{"disk full"}; });
    kinds.add("odd", [](const step_input&) -> step_output { throw 7; });
    kinds.add("costly", [](const step_input&) -> step_output {
      throw step_error{errc::denied, "no", true, {{"cost_usd", 0.5}}};
    });
    kinds.add("bill", [](const step_input&) -> step_output {
      step_output out{value{"x"}};
      out.metrics = "much";
      return out;
    });
    kinds.add("full", [](const step_input& in) -> step_output {
      step_output out{in.input};
      out.changes["k"] = value{1};
      out.metrics = {{"tokens", {{"total", 5}}}};
      out.metadata = {{"fact", true}};
      out.quality = 0.5;
      return out;
    });
    kinds.add_async("later", [this](const step_input& in, promise answer) {
      held = std::move(answer);
      stop = in.stop;
    });
    kinds.add_async("thrower", [](const step_input&, const promise&) {
      throw step_error{errc::invalid_input, "bad"};
    });
    kinds.add_async("forgetful", [](const step_input&, const promise&) {});
  }

  caf::actor spawn_step(const std::string& text) {
    auto& node = read(text, "", kinds);
    return sys.spawn<step_actor>(services, node, "s");
  }
  caf::actor start_step(const std::string& text) {
    auto step = spawn_step(text);
    deliver(parent, step, order());
    return step;
  }
  /// A plain step whose job the test holds.
  std::shared_ptr<job> job_of(const caf::actor& step) { return expect<work>(step, pool).job; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(step_suite, step_fixture)

BOOST_AUTO_TEST_CASE(what_user_code_throws_becomes_step_failed) {
  auto step = start_step("{'id': 's', 'type': 'boom'}");
  job_of(step)->run();
  expect<worked>({}, step);
  auto result = expect_answer(step).result;
  BOOST_TEST((result->error->code == errc::step_failed));
  BOOST_TEST(result->error->message == "disk full");
  BOOST_TEST(result->error->path == "s");
}

BOOST_AUTO_TEST_CASE(what_is_no_exception_is_caught_too) {
  auto step = start_step("{'id': 's', 'type': 'odd'}");
  job_of(step)->run();
  expect<worked>({}, step);
  BOOST_TEST((expect_answer(step).result->error->code == errc::step_failed));
}

BOOST_AUTO_TEST_CASE(a_step_error_keeps_its_code_and_its_bill) {
  auto step = start_step("{'id': 's', 'type': 'costly'}");
  job_of(step)->run();
  expect<worked>({}, step);
  auto result = expect_answer(step).result;
  BOOST_TEST((result->error->code == errc::denied));
  BOOST_TEST(is_retryable(*result->error));
  BOOST_TEST(cost_of(*result) == 0.5);
}

BOOST_AUTO_TEST_CASE(everything_that_a_step_says_is_in_its_answer) {
  auto step = start_step("{'id': 's', 'type': 'full', 'set': {'l': '${result}'}}");
  job_of(step)->run();
  expect<worked>({}, step);
  auto answer = expect_answer(step);
  BOOST_TEST(answer.result->output.text() == "in");
  BOOST_TEST(answer.result->metrics.json().at("tokens").at("total") == 5);
  BOOST_TEST(answer.result->metadata.at("fact").json() == true);
  BOOST_TEST(*answer.result->quality == 0.5);
  BOOST_TEST((answer.delta == changes{{"k", value{1}}, {"l", value{"in"}}}));
}

BOOST_AUTO_TEST_CASE(metrics_that_are_no_numbers_are_an_invalid_output) {
  auto step = start_step("{'id': 's', 'type': 'bill'}");
  job_of(step)->run();
  expect<worked>({}, step);
  BOOST_TEST((expect_answer(step).result->error->code == errc::invalid_output));
}

BOOST_AUTO_TEST_CASE(an_output_that_violates_returns_is_invalid) {
  auto step = start_step("{'id': 's', 'type': 'echo', 'returns': {'type': 'number'}}");
  auto answer = expect_answer(step);
  BOOST_TEST((answer.result->error->code == errc::invalid_output));
  BOOST_TEST(answer.result->output.is_null());
}

BOOST_AUTO_TEST_CASE(params_that_do_not_resolve_start_nothing) {
  auto step = start_step("{'id': 's', 'type': 'full', 'params': {'x': '${context.nope}'}}");
  auto result = expect_answer(step).result;
  BOOST_TEST((result->error->code == errc::unresolved_reference));
  BOOST_TEST(result->error->message == "${context.nope}: context has no \"nope\"; it is empty");
}

BOOST_AUTO_TEST_CASE(params_that_turn_out_wrong_start_nothing) {
  auto step =
    start_step("{'id': 's', 'type': 'sleep', 'params': {'for': '${previous.x}'}, 'input': {}}");
  BOOST_TEST((expect_answer(step).result->error->code == errc::unresolved_reference));
  step = start_step("{'id': 's', 'type': 'sleep', 'params': {'for': ['${previous}']}}");
  BOOST_TEST((expect_answer(step).result->error->code == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_step_cancelled_before_its_start_runs_nothing) {
  auto step = spawn_step("{'id': 's', 'type': 'boom'}");
  deliver(parent, step, cancel{7});
  deliver(parent, step, order());
  BOOST_TEST((expect_answer(step).result->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(a_step_runs_nothing_for_somebody_who_was_not_heard_of_for_a_lease) {
  auto heard = std::make_shared<tenure>(sys.clock().now(), 2s);
  auto& node = read("{'id': 's', 'type': 'boom'}", "", kinds);
  auto remote = std::make_shared<run_services>(*services);
  remote->tenure = heard;
  auto in_time = sys.spawn<step_actor>(remote, node, "s");
  auto late = sys.spawn<step_actor>(remote, node, "s");
  scheduler.advance_time(2s);
  deliver(parent, in_time, order());
  job_of(in_time)->run();
  expect<worked>({}, in_time);
  BOOST_TEST((expect_answer(in_time).result->status == status::failed));
  scheduler.advance_time(1ms);
  heard->extend(sys.clock().now()); // it comes back too late
  deliver(parent, late, order());
  BOOST_TEST((expect_answer(late).result->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(a_cancel_for_another_attempt_is_ignored) {
  auto step = start_step("{'id': 's', 'type': 'later'}");
  deliver(parent, step, cancel{8});
  expect_nothing();
  held->succeed("done");
  expect<worked>({}, step);
  BOOST_TEST(expect_answer(step).result->output.text() == "done");
}

BOOST_AUTO_TEST_CASE(a_step_cancelled_while_it_queues_never_runs) {
  auto step = start_step("{'id': 's', 'type': 'boom'}");
  auto job = job_of(step);
  deliver(parent, step, cancel{7});
  auto result = expect_answer(step).result;
  BOOST_TEST((result->status == status::cancelled));
  BOOST_TEST(!result->abandoned);
  job->run(); // does nothing, tells nobody
  expect_nothing();
}

BOOST_AUTO_TEST_CASE(plain_code_that_runs_is_abandoned_at_once_and_billed_later) {
  caf::actor step;
  kinds.add("stubborn", [&](const step_input& in) -> step_output {
    deliver(parent, step, cancel{7}); // while it runs
    BOOST_TEST(in.stop.stop_requested());
    expect<abandoned>(step, run);
    expect<gave_up>(step, pool);
    auto result = expect_answer(step).result;
    BOOST_TEST((result->status == status::cancelled));
    BOOST_TEST(result->abandoned);
    step_output out{value{"late"}};
    out.metrics = {{"cost_usd", 0.5}};
    return out;
  });
  step = start_step("{'id': 's', 'type': 'stubborn'}");
  auto job = job_of(step);
  job->run();
  BOOST_TEST(expect<late>({}, run).spent.json().at("cost_usd") == 0.5);
  expect_nothing();
}

BOOST_AUTO_TEST_CASE(a_cancel_that_crosses_the_answer_of_plain_code_lets_it_stand) {
  auto step = start_step("{'id': 's', 'type': 'full'}");
  job_of(step)->run(); // its answer is in the mail
  caf::send_as(parent, step, cancel{7});
  expect<worked>({}, step);
  BOOST_TEST(expect<finished>(step, parent).result->ok());

  step = start_step("{'id': 's', 'type': 'full'}");
  auto job = job_of(step);
  job->run();
  scheduler.prioritize(step);
  caf::send_as(parent, step,
               cancel{7}); // urgent mail would be first: the step knows that it has returned
  expect<worked>({}, step);
  BOOST_TEST(expect<finished>(step, parent).result->ok());
}

BOOST_AUTO_TEST_CASE(a_job_without_a_thread_fails_with_pool_exhausted) {
  auto step = start_step("{'id': 's', 'type': 'full'}");
  job_of(step)->refuse({.code = errc::pool_exhausted, .message = "no thread"});
  expect<worked>({}, step);
  BOOST_TEST((expect_answer(step).result->error->code == errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(an_asynchronous_step_answers_through_its_promise_and_only_once) {
  auto step = start_step("{'id': 's', 'type': 'later'}");
  expect_nothing();
  held->succeed("first");
  held->succeed("second");
  held->fail({errc::step_failed, "third"});
  expect<worked>({}, step);
  BOOST_TEST(expect_answer(step).result->output.text() == "first");
}

BOOST_AUTO_TEST_CASE(an_asynchronous_step_that_throws_or_forgets_has_failed) {
  auto step = start_step("{'id': 's', 'type': 'thrower'}");
  BOOST_TEST((expect_answer(step).result->error->code == errc::invalid_input));
  step = start_step("{'id': 's', 'type': 'forgetful'}");
  expect<worked>({}, step);
  BOOST_TEST(expect_answer(step).result->error->message ==
             "the step's promise went without an answer");
}

BOOST_AUTO_TEST_CASE(an_asynchronous_step_answers_a_cancel_when_it_has_stopped) {
  auto step = start_step("{'id': 's', 'type': 'later'}");
  deliver(parent, step, cancel{7});
  BOOST_TEST(stop.stop_requested());
  expect<set_alarm>(step, clock);
  deliver(parent, step, cancel{7}); // told already
  expect_nothing();                 // no answer yet
  held->fail({errc::cancelled, "stopped", {}, {{"cost_usd", 0.5}}});
  expect<worked>({}, step);
  expect<clear_alarm>(step, clock);
  auto result = expect_answer(step).result;
  BOOST_TEST((result->status == status::cancelled));
  BOOST_TEST(!result->abandoned);
  BOOST_TEST(cost_of(*result) == 0.5);
}

BOOST_AUTO_TEST_CASE(a_success_that_crosses_a_cancel_stands) {
  auto step = start_step("{'id': 's', 'type': 'later'}");
  deliver(parent, step, cancel{7});
  expect<set_alarm>(step, clock);
  held->succeed("just made it");
  expect<worked>({}, step);
  expect<clear_alarm>(step, clock);
  BOOST_TEST(expect_answer(step).result->output.text() == "just made it");
}

BOOST_AUTO_TEST_CASE(an_asynchronous_step_that_does_not_stop_is_abandoned) {
  auto step = start_step("{'id': 's', 'type': 'later'}");
  deliver(parent, step, cancel{7});
  expect<set_alarm>(step, clock);
  scheduler.advance_time(2999ms);
  expect_nothing();
  scheduler.advance_time(1ms);
  expect<tick>(clock, clock);
  expect<expired>(clock, step);
  expect<abandoned>(step, run);
  expect<gave_up>(step, pool);
  BOOST_TEST(expect_answer(step).result->abandoned);
  held->fail({errc::step_failed, "at last", {}, {{"cost_usd", 0.25}}});
  BOOST_TEST(expect<late>({}, run).spent.json().at("cost_usd") == 0.25);
}

BOOST_AUTO_TEST_CASE(a_step_that_answers_after_a_while_holds_nothing_but_an_alarm) {
  auto step = start_step("{'id': 's', 'type': 'sleep', 'params': {'for': '100ms'}}");
  expect<set_alarm>(step, clock);
  scheduler.advance_time(99ms);
  expect_nothing();
  scheduler.advance_time(1ms);
  expect<tick>(clock, clock);
  expect<expired>(clock, step);
  BOOST_TEST(expect_answer(step).result->output.text() == "in");
}

BOOST_AUTO_TEST_CASE(a_parked_step_answers_a_cancel_at_once_and_leaves_no_alarm) {
  auto step = start_step("{'id': 's', 'type': 'sleep', 'params': {'for': '1h'}}");
  expect<set_alarm>(step, clock);
  deliver(parent, step, cancel{7});
  expect<clear_alarm>(step, clock);
  BOOST_TEST((expect_answer(step).result->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(what_a_parked_answer_cost_is_billed_although_it_is_cancelled) {
  auto step = start_step("{'id': 's', 'type': 'later'}");
  step_output out{value{"x"}};
  out.metrics = {{"cost_usd", 0.5}};
  held->succeed_after(1h, out);
  expect<park>({}, step);
  expect<set_alarm>(step, clock);
  deliver(parent, step, cancel{7});
  expect<clear_alarm>(step, clock);
  auto result = expect_answer(step).result;
  BOOST_TEST((result->status == status::cancelled));
  BOOST_TEST(cost_of(*result) == 0.5);
}

BOOST_AUTO_TEST_CASE(an_abandoned_step_that_wants_to_wait_is_billed_too) {
  auto step = start_step("{'id': 's', 'type': 'later'}");
  deliver(parent, step, cancel{7});
  expect<set_alarm>(step, clock);
  scheduler.advance_time(3s);
  expect<tick>(clock, clock);
  expect<expired>(clock, step);
  expect<abandoned>(step, run);
  expect<gave_up>(step, pool);
  expect<finished>(step, parent);
  step_output out{value{"x"}};
  out.metrics = {{"cost_usd", 0.5}};
  held->succeed_after(1h, out);
  BOOST_TEST(expect<late>({}, run).spent.json().at("cost_usd") == 0.5);
}

BOOST_AUTO_TEST_CASE(a_step_that_goes_down_still_answers) {
  auto step = start_step("{'id': 's', 'type': 'later'}");
  caf::anon_send_exit(step, caf::exit_reason::kill);
  expect<caf::exit_msg>({}, step);
  BOOST_TEST((expect<finished>(step, parent).result->error->code == errc::crashed));
}

BOOST_AUTO_TEST_CASE(user_code_knows_its_run_its_path_and_its_attempt) {
  kinds.add_inline("who", [](const step_input& in) -> step_output {
    return {{"run", in.host->run_id()},
            {"path", in.host->path()},
            {"attempt", in.host->attempt()},
            {"key", in.host->idempotency_key()}};
  });
  auto step = start_step("{'id': 's', 'type': 'who'}");
  auto wanted = nlohmann::json{{"run", "r1"}, {"path", "s"}, {"attempt", 1}, {"key", "r1/s"}};
  BOOST_TEST(expect_answer(step).result->output.json() == wanted);
}

BOOST_AUTO_TEST_SUITE_END()
