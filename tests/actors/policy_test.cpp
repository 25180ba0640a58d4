// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/fallback.hpp"
#include "actors/policy/parallel.hpp"
#include "actors/policy/retry.hpp"
#include "actors/policy/sequence.hpp"
#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const changes nothing;

directive settle(policy& x, child_index child, shared_result how, const changes& delta = nothing) {
  return x.on_settled({child, how, delta});
}

shared_result skipped(std::string path, json output = nullptr) {
  step_result x{.path = path, .status = status::skipped, .output = value{output}};
  return std::make_shared<const step_result>(std::move(x));
}

/// A parallel policy over branches a, b, c as a document spells them.
struct parallel_fixture {
  std::optional<flow> document;
  std::optional<parallel_policy> policy;
  directive first;

  void start(const std::string& more) {
    document =
      must_parse("{'troupe': 1, 'pipeline': [{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo'},"
                 " {'id': 'b', 'type': 'echo'}, {'id': 'c', 'type': 'echo'}]" +
                 more + "}]}");
    auto& spec = std::get<plan::parallel>(
      std::get<plan::sequence>(document->plan()->root.body).children[0].body);
    policy.emplace(spec, std::vector<std::string>{"a", "b", "c"});
    first = policy->on_start({value{"in"}});
  }
  directive settle(child_index child, shared_result how, const changes& delta = nothing) {
    return ::settle(*policy, child, std::move(how), delta);
  }
  finish all_succeed(json a, json b, json c) {
    settle(0, success("g/a", std::move(a)));
    settle(2, success("g/c", std::move(c)));
    return std::get<finish>(settle(1, success("g/b", std::move(b))));
  }
};

bool is_wait(const directive& x) { return std::holds_alternative<wait>(x); }

} // namespace

BOOST_AUTO_TEST_SUITE(sequence_policy_suite)

BOOST_AUTO_TEST_CASE(each_child_gets_the_output_of_the_one_before) {
  sequence_policy policy{2};
  BOOST_TEST(std::get<launch>(policy.on_start({value{"in"}})).children.at(0).input->text() == "in");
  auto next = std::get<launch>(settle(policy, 0, success("a", 1), {{"k", value{1}}}));
  BOOST_TEST(next.children.at(0).child == 1u);
  BOOST_TEST(next.children.at(0).input->json() == 1);
  auto end = std::get<finish>(settle(policy, 1, success("b", 2), {{"k", {}}}));
  BOOST_TEST(end.result.output.json() == 2);
  BOOST_TEST((end.branches == std::vector<changes>{{{"k", {}}}}));
}

BOOST_AUTO_TEST_CASE(a_degraded_child_degrades_the_sequence) {
  sequence_policy policy{2};
  policy.on_start({});
  auto how = *success("a", 1);
  how.status = status::degraded;
  settle(policy, 0, std::make_shared<const step_result>(how));
  BOOST_TEST(
    (std::get<finish>(settle(policy, 1, success("b", 2))).result.status == status::degraded));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(fallback_policy_suite)

BOOST_AUTO_TEST_CASE(giving_up_tells_the_whole_chain) {
  fallback_policy policy{{"p", "q", "r"}, [](auto&) { return true; }};
  auto next = std::get<launch>(settle(policy, 0, failure_of("p", "first")));
  BOOST_TEST(next.children.at(0).child == 1u);
  BOOST_TEST((next.tell->first == event_type::fallback_triggered));
  BOOST_TEST(next.tell->second.at("backup") == "q");
  settle(policy, 1, failure_of("q", "second"));
  auto why = *std::get<finish>(settle(policy, 2, failure_of("r", "third"))).result.error;
  BOOST_TEST(why.message == "third");
  BOOST_TEST(why.cause->message == "second");
  BOOST_TEST(why.cause->cause->message == "first");
}

BOOST_AUTO_TEST_CASE(those_between_are_in_the_chain) {
  fallback_policy policy{{"p", "q", "r"}, [](auto&) { return true; }};
  settle(policy, 0, failure_of("p", "first"));
  settle(policy, 1, failure_of("q", "second"));
  auto end = std::get<finish>(settle(policy, 2, success("r", "saved")));
  BOOST_TEST(end.result.metadata.at("fallback_chain").json().size() == 1u);
  BOOST_TEST(end.result.output.text() == "saved");
  BOOST_TEST((end.result.status == status::succeeded));
}

BOOST_AUTO_TEST_CASE(an_error_that_is_not_listed_stands) {
  fallback_policy policy{{"p", "q"}, [](const error& x) { return x.code == errc::timeout; }};
  auto end = std::get<finish>(settle(policy, 0, failure_of("p", "boom")));
  BOOST_TEST(end.as_is);
  BOOST_TEST(end.result.error->message == "boom");
}

BOOST_AUTO_TEST_CASE(a_primary_that_succeeds_is_left_as_it_is) {
  fallback_policy policy{{"p", "q"}, [](auto&) { return true; }};
  auto end = std::get<finish>(settle(policy, 0, success("p", 1)));
  BOOST_TEST(end.as_is);
  BOOST_TEST(end.result.metadata.empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(retry_policy_suite)

BOOST_AUTO_TEST_CASE(delays_double_up_to_the_maximum_and_jitter_stays_below) {
  std::mt19937_64 random{1};
  plan::retry spec{.attempts = 99, .initial = 1s, .factor = 2, .max = 5s, .jitter = false};
  BOOST_TEST((backoff(spec, 1, random) == 1s));
  BOOST_TEST((backoff(spec, 2, random) == 2s));
  BOOST_TEST((backoff(spec, 4, random) == 5s));
  BOOST_TEST((backoff(spec, 5000, random) == 5s));
  spec.jitter = true;
  for (auto n = 1; n < 100; ++n) {
    auto delay = backoff(spec, n, random);
    BOOST_TEST((delay >= 0s && delay <= 5s));
  }
}

BOOST_AUTO_TEST_CASE(jitter_repeats_itself_for_one_seed) {
  plan::retry spec{.attempts = 3};
  std::mt19937_64 one{7}, other{7};
  BOOST_TEST((backoff(spec, 3, one) == backoff(spec, 3, other)));
}

BOOST_AUTO_TEST_CASE(attempts_are_the_total) {
  retry_policy policy{{.attempts = 2}, 1};
  policy.on_start({});
  auto next = std::get<launch>(settle(policy, 0, failure_of("a", "one")));
  BOOST_TEST((next.tell->first == event_type::step_retrying));
  auto end = std::get<finish>(settle(policy, 0, failure_of("a", "two")));
  BOOST_TEST(end.result.attempts == 2);
  BOOST_TEST(end.result.error->message == "two");
  BOOST_TEST(end.result.metadata.at("failed_attempts").json().at(0).at("error").at("message") ==
             "one");
}

BOOST_AUTO_TEST_CASE(failed_attempts_tell_when_they_began_and_how_long_the_pause_was) {
  retry_policy policy{{.attempts = 3, .initial = 1s, .factor = 2, .jitter = false}, 1};
  policy.on_start({});
  auto failed = *failure_of("a", "no");
  for (auto began : {10s, 20s}) {
    failed.started_at = wall_time{began};
    settle(policy, 0, std::make_shared<const step_result>(failed));
  }
  auto end = std::get<finish>(settle(policy, 0, success("a", 1)));
  auto story = end.result.metadata.at("failed_attempts").json();
  BOOST_TEST(story.at(0).at("started_at") == "1970-01-01T00:00:10.000Z");
  BOOST_TEST(story.at(0).at("pause_ms") == 1000);
  BOOST_TEST(story.at(1).at("started_at") == "1970-01-01T00:00:20.000Z");
  BOOST_TEST(story.at(1).at("pause_ms") == 2000);
}

BOOST_AUTO_TEST_CASE(what_no_retry_can_cure_is_not_retried) {
  for (auto code : {errc::invalid_input, errc::unresolved_reference, errc::denied,
                    errc::merge_conflict, errc::payload_too_large, errc::cancelled}) {
    retry_policy policy{{.attempts = 3}, 1};
    BOOST_TEST(std::holds_alternative<finish>(settle(policy, 0, failure_of("a", "no", 0, code))));
  }
}

BOOST_AUTO_TEST_CASE(listed_codes_are_retried_and_no_others) {
  retry_policy policy{{.attempts = 3, .on = std::set{errc::timeout}}, 1};
  BOOST_TEST(
    std::holds_alternative<launch>(settle(policy, 0, failure_of("a", "slow", 0, errc::timeout))));
  BOOST_TEST(std::holds_alternative<finish>(settle(policy, 0, failure_of("a", "boom"))));
}

BOOST_AUTO_TEST_CASE(a_service_that_says_when_to_come_back_is_believed_within_the_limit) {
  auto busy = *failure_of("a", "busy");
  busy.error->details = {{"retry_after", 30}};
  auto how = std::make_shared<const step_result>(busy);
  retry_policy patient{{.attempts = 3}, 1};
  BOOST_TEST((std::get<launch>(settle(patient, 0, how)).after == 30s));
  retry_policy hasty{{.attempts = 3, .max_elapsed = 20s}, 1};
  BOOST_TEST(std::get<finish>(settle(hasty, 0, how)).result.error->message == "busy");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(parallel_policy_suite, parallel_fixture)

BOOST_AUTO_TEST_CASE(all_start_at_once_or_as_many_as_there_are_workers) {
  start("");
  BOOST_TEST(std::get<launch>(first).children.size() == 3u);
  start(", 'max_workers': 2");
  BOOST_TEST(std::get<launch>(first).children.size() == 2u);
  BOOST_TEST(std::get<launch>(settle(1, success("g/b", 1))).children.at(0).child == 2u);
  BOOST_TEST(is_wait(settle(0, success("g/a", 1))));
}

BOOST_AUTO_TEST_CASE(each_strategy_gives_its_own_output) {
  start("");
  auto list = all_succeed(1, 2, 3).result.output.json();
  BOOST_TEST(list.at(1).at("output") == 2);
  BOOST_TEST(list.at(1).at("path") == "g/b");
  BOOST_TEST(!list.at(1).contains("children"));
  start(", 'merge': 'outputs'");
  BOOST_TEST(all_succeed(1, 2, 3).result.output.json() == json({1, 2, 3}));
  start(", 'merge': 'by_name'");
  BOOST_TEST(all_succeed(1, 2, 3).result.output.json() == json({{"a", 1}, {"b", 2}, {"c", 3}}));
}

BOOST_AUTO_TEST_CASE(combine_outputs_joins_what_is_of_one_type) {
  start(", 'merge': 'combine_outputs'");
  BOOST_TEST(all_succeed("x", "y", "z").result.output.text() == "x\ny\nz");
  start(", 'merge': {'combine_outputs': {'separator': ', '}}");
  BOOST_TEST(all_succeed("x", "y", "z").result.output.text() == "x, y, z");
  start(", 'merge': 'combine_outputs'");
  BOOST_TEST(all_succeed(json{1}, json{2, 3}, json::array()).result.output.json() ==
             json({1, 2, 3}));
  start(", 'merge': 'combine_outputs'");
  auto merged =
    all_succeed({{"a", {{"x", 1}}}}, {{"a", {{"y", 2}}}}, {{"b", 3}}).result.output.json();
  BOOST_TEST(merged == json({{"a", {{"x", 1}, {"y", 2}}}, {"b", 3}}));
}

BOOST_AUTO_TEST_CASE(outputs_of_different_types_do_not_combine) {
  start(", 'merge': 'combine_outputs'");
  settle(0, success("g/a", 1));
  settle(1, success("g/b", "text"));
  auto end = std::get<give_up>(settle(2, success("g/c", 1)));
  BOOST_TEST((end.error.code == errc::merge_conflict));
  start(", 'merge': 'combine_outputs'");
  settle(0, success("g/a", 1));
  settle(1, success("g/b", 2));
  BOOST_TEST((std::get<give_up>(settle(2, success("g/c", 3))).error.code == errc::merge_conflict));
}

BOOST_AUTO_TEST_CASE(continue_tolerates_failures_and_says_so) {
  start(", 'on_error': 'continue', 'merge': 'outputs'");
  BOOST_TEST(is_wait(settle(0, failure_of("g/a", "boom"))));
  BOOST_TEST(is_wait(settle(1, success("g/b", 2))));
  auto end = std::get<finish>(settle(2, success("g/c", 3)));
  BOOST_TEST((end.result.status == status::degraded));
  BOOST_TEST(end.result.output.json() == json({nullptr, 2, 3}));
}

BOOST_AUTO_TEST_CASE(fewer_successes_than_wanted_fail_the_group) {
  start(", 'on_error': 'continue', 'min_success': 2");
  settle(0, failure_of("g/a", "boom"));
  settle(1, failure_of("g/b", "bang"));
  auto end = std::get<give_up>(settle(2, success("g/c", 3)));
  BOOST_TEST(end.error.message == "boom"); // the first in time
  BOOST_TEST(end.output.size() == 3u);
}

BOOST_AUTO_TEST_CASE(after_a_failure_waiting_branches_never_start) {
  start(", 'max_workers': 2");
  BOOST_TEST(std::holds_alternative<cancel_rest>(settle(0, failure_of("g/a", "boom"))));
  auto end = std::get<give_up>(settle(1, stopped("g/b")));
  BOOST_TEST(end.error.message == "boom");
  BOOST_TEST(end.output.json().at(2).is_null()); // as far as they came
}

BOOST_AUTO_TEST_CASE(the_first_success_in_time_wins) {
  start(", 'merge': 'first_success'");
  BOOST_TEST(is_wait(settle(0, failure_of("g/a", "boom"))));
  auto end = std::get<finish>(settle(2, success("g/c", 3), {{"k", value{3}}}));
  BOOST_TEST(end.result.output.json() == 3);
  BOOST_TEST((end.result.status == status::succeeded)); // losers do not count
  BOOST_TEST(end.result.metadata.at("winner").text() == "c");
  BOOST_TEST((end.branches == std::vector<changes>{{{"k", value{3}}}}));
}

BOOST_AUTO_TEST_CASE(without_any_success_the_first_failure_is_the_cause) {
  start(", 'merge': 'first_success'");
  settle(1, failure_of("g/b", "first"));
  settle(0, failure_of("g/a", "second"));
  BOOST_TEST(std::get<give_up>(settle(2, failure_of("g/c", "third"))).error.message == "first");
}

BOOST_AUTO_TEST_CASE(the_highest_quality_wins_and_ties_go_by_definition) {
  auto with_quality = [](std::string path, std::optional<double> quality) {
    auto x = *success(path, path);
    x.quality = quality;
    return std::make_shared<const step_result>(x);
  };
  start(", 'merge': 'best_quality'");
  settle(0, with_quality("g/a", 0.5));
  settle(2, with_quality("g/c", 0.9));
  auto end = std::get<finish>(settle(1, with_quality("g/b", 0.9)));
  BOOST_TEST(end.result.metadata.at("winner").text() == "b");
  start(", 'merge': 'best_quality'");
  settle(0, failure_of("g/a", "boom"));
  settle(1, with_quality("g/b", {}));
  end = std::get<finish>(settle(2, with_quality("g/c", {})));
  BOOST_TEST(end.result.metadata.at("winner").text() == "b");
  BOOST_TEST(end.result.metadata.count("warning") == 1u);
}

BOOST_AUTO_TEST_CASE(a_score_that_fails_is_told) {
  start(", 'merge': {'best_quality': {'score': {'type': 'echo'}}}");
  settle(0, success("g/a", "x"));
  settle(1, success("g/b", "y"));
  settle(2, success("g/c", "z"));
  settle(3, failure_of("g/score", "no idea"));
  settle(4, success("g/score", "very good"));
  auto end = std::get<finish>(settle(5, success("g/score", 0.5)));
  BOOST_TEST(end.result.metadata.at("winner").text() == "c");
  auto errors = end.result.metadata.at("score_errors").json();
  BOOST_TEST(errors.at("a").at("message") == "no idea");
  BOOST_TEST(errors.at("b").at("message") == "wanted a number, got string");
  BOOST_TEST(!errors.contains("c"));
}

BOOST_AUTO_TEST_CASE(out_of_time_no_branch_is_started_and_no_winner_is_taken) {
  start(", 'merge': 'first_success', 'max_workers': 2");
  BOOST_TEST(std::holds_alternative<cancel_rest>(policy->on_timeout({.code = errc::timeout})));
  BOOST_TEST(is_wait(settle(0, stopped("g/a"))));
  auto end = std::get<give_up>(settle(1, success("g/b", 1)));
  BOOST_TEST((end.error.code == errc::timeout));
  BOOST_TEST(end.output.json().at(2).is_null());
}

BOOST_AUTO_TEST_CASE(out_of_time_scores_are_not_awaited_for_a_winner) {
  start(", 'merge': {'best_quality': {'score': {'type': 'echo'}}}");
  settle(0, success("g/a", "x"));
  settle(1, failure_of("g/b", "boom"));
  settle(2, success("g/c", "z"));
  policy->on_timeout({.code = errc::timeout});
  BOOST_TEST(is_wait(settle(3, stopped("g/score"))));
  BOOST_TEST((std::get<give_up>(settle(5, success("g/score", 1))).error.code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_group_of_only_skipped_branches_is_skipped) {
  start("");
  settle(0, skipped("g/a"));
  settle(1, skipped("g/b"));
  auto end = std::get<finish>(settle(2, skipped("g/c")));
  BOOST_TEST((end.result.status == status::skipped));
  BOOST_TEST(end.result.output.text() == "in");
}

BOOST_AUTO_TEST_SUITE_END()
