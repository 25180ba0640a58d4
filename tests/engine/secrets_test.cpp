// SPDX-License-Identifier: Apache-2.0
#include "tests/support/running.hpp"
#include "troupe/encoding.hpp"

#include <future>
#include <regex>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

const std::string canary = "c4nary/k+y";

/// Kinds that tell everybody what they must not.
struct secrets_fixture : engine_fixture {
  std::string told; // every event, as JSON
  secrets_fixture() {
    auto gossip = [](const step_input& in) -> step_output {
      auto key = in.param("key").text();
      in.log("info", "using " + key);
      in.progress({{"header", "Basic " + base64("user:" + key)}, {key, 1}});
      for (auto letter : "pieces: " + key + std::string(100, '.'))
        in.stream(std::string(1, letter));
      step_output out{in.param("key")};
      out.metadata = {{"url", "https://x/?k=" + percent_encoded(key)}};
      return out;
    };
    auto spill = [](const step_input& in) -> step_output {
      auto key = in.param("key").text();
      throw step_error{
        errc::step_failed, "cannot use " + key, true, {}, {{"body", json{{"k", key}}.dump()}}};
    };
    engine.steps().add("gossip", gossip);
    engine.steps().add("spill", spill);
    engine.steps().add_inline("quick_gossip", gossip);
    engine.steps().add_inline("quick_spill", spill);
  }
  run_result run_all(const std::string& text) {
    told.clear();
    std::promise<void> ended;
    auto listen = [&](const event& x) {
      told += json(x).dump() + "\n";
      if (x.type == event_type::run_finished)
        ended.set_value();
    };
    auto x = nodes(text, "'secrets': ['KEY'],");
    auto result =
      engine.run(x, {}, {.on_event = listen, .secret = [](const std::string&) { return canary; }});
    ended.get_future().wait();
    return result;
  }
  /// With kinds whose names begin so.
  void check_everywhere(const std::string& pace);
  void check_nothing_is_in(const std::string& text, const char* where) {
    for (auto& form : {canary, base64("user:" + canary).substr(8, 10), percent_encoded(canary),
                       std::string{"c4nary\\/k+y"}})
      BOOST_TEST(text.find(form) == std::string::npos, where + std::string{": "} + text);
  }
};

void secrets_fixture::check_everywhere(const std::string& pace) {
  auto text = std::string{
    "{'id': 'ok', 'type': 'gossip', 'params': {'key': '${secret.KEY}'}}, "
    "{'id': 'g', 'parallel': [{'id': 'a', 'type': 'spill', 'params': {'key': '${secret.KEY}'}, "
    "'retry': {'attempts': 2, 'initial': '1ms'}, 'fallback': {'id': 'b', 'type': 'spill', "
    "'params': {'key': "
    "'${secret.KEY}'}}}, {'id': 'c', 'type': 'echo', 'when': 'error(\\\"no\\\")'}, "
    "{'id': 'd', 'type': 'jq', 'params': {'program': 'error(.)', 'input': '${secret.KEY}'}}], "
    "'on_error': 'continue', 'min_success': 3}"};
  auto result =
    run_all(std::regex_replace(text, std::regex{"'(gossip|spill)'"}, "'" + pace + "$1'"));
  BOOST_REQUIRE(result.tree);
  // Each of these is a sink that would have had it.
  for (auto event : {"step_log", "step_progress", "step_output", "step_retrying",
                     "fallback_triggered", "step_finished", "run_finished"})
    BOOST_TEST(told.find("\"" + std::string{event} + "\"") != std::string::npos, event);
  check_nothing_is_in(told, "events");
  auto& group = *result.tree->children.at(1);
  auto& failed = *group.children.at(0);
  BOOST_TEST(failed.error->message == "cannot use [secret]");
  BOOST_TEST(failed.error->cause->details.at("body") == "{\"k\":\"[secret]\"}");
  BOOST_TEST(group.feedback.find("[secret]") != std::string::npos);
  BOOST_TEST(group.metadata.at("errors").json().at(0).at("message") == "cannot use [secret]");
  BOOST_TEST(group.children.at(2)->error->message == "jq: [secret]");
  BOOST_TEST(result.tree->children.at(0)->metadata.at("url").text() == "https://x/?k=[secret]");
  check_nothing_is_in(as_value(result, {.outputs = false}).dump(), "result");
  BOOST_TEST(result.tree->children.at(0)->output.text() == canary); // an output is the user's own
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(secrets_suite, secrets_fixture)

BOOST_AUTO_TEST_CASE(a_secret_appears_in_no_event_and_in_no_error) { check_everywhere(""); }

BOOST_AUTO_TEST_CASE(nor_in_those_of_steps_without_actors) { check_everywhere("quick_"); }

BOOST_AUTO_TEST_CASE(a_group_that_is_not_what_it_should_be_tells_no_secret) {
  auto result =
    run_all("{'id': 'g', 'returns': {'type': 'object', 'additionalProperties': false}, 'sequence': "
            "[{'type': 'jq', 'params': {'program': '{(.): 1}', 'input': '${secret.KEY}'}}]}");
  BOOST_TEST((result.error->code == errc::invalid_output));
  check_nothing_is_in(told, "events");
  check_nothing_is_in(as_value(result, {.outputs = false}).dump(), "result");
}

BOOST_AUTO_TEST_CASE(a_streamed_text_comes_whole_but_for_the_secret) {
  std::string streamed;
  std::promise<void> ended;
  auto listen = [&](const event& x) {
    if (x.type == event_type::step_output)
      streamed += x.data.at("text").get<std::string>();
    if (x.type == event_type::run_finished)
      ended.set_value();
  };
  auto x = nodes("{'id': 'ok', 'type': 'gossip', 'params': {'key': '${secret.KEY}'}}",
                 "'secrets': ['KEY'],");
  engine.run(x, {}, {.on_event = listen, .secret = [](const std::string&) { return canary; }});
  ended.get_future().wait();
  BOOST_TEST(streamed == "pieces: [secret]" + std::string(100, '.'));
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_missing_or_too_short_refuses_the_run) {
  auto x = nodes("{'type': 'echo', 'params': {'value': '${secret.TROUPE_TEST_NONE}'}}",
                 "'secrets': ['TROUPE_TEST_NONE'],");
  BOOST_TEST(
    engine.run(x).error->message ==
    "secret.TROUPE_TEST_NONE: not given; set the variable TROUPE_TEST_NONE in the environment");
  auto result = engine.run(x, {}, {.secret = [](const std::string&) { return "12345"; }});
  BOOST_TEST((result.error->code == errc::invalid_input));
  BOOST_TEST(result.error->message ==
             "secret.TROUPE_TEST_NONE: 5 bytes are too few to be kept secret, at least 6");
  BOOST_TEST(!result.tree);
}

BOOST_AUTO_TEST_SUITE_END()
