// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_server.hpp"
#include "tests/support/running.hpp"

#include <atomic>
#include <cstdlib>
#include <future>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

reply completion(const std::string& text, const std::string& model = "m-2024") {
  return {200, json{{"id", "c1"},
                    {"model", model},
                    {"choices",
                     {{{"index", 0},
                       {"message", {{"role", "assistant"}, {"content", text}}},
                       {"finish_reason", "stop"}}}},
                    {"usage",
                     {{"prompt_tokens", 1000}, {"completion_tokens", 100}, {"total_tokens", 1100}}}}
                 .dump()};
}

/// A provider on loopback; settings come from the flow's defaults.
struct llm_fixture : engine_fixture {
  http_server provider{[](const received&) { return completion("fine"); }};

  std::string settings(const std::string& more = "") {
    return "'defaults': {'llm': {'base_url': '" + provider.url("/v1/") +
           "', 'model': 'm', 'api_key': 'sk-from-flow'" + more +
           "}}, 'prices': {'m-2024': {'input': 2.5, 'output': 10}},";
  }
  run_result ask(const std::string& params, const std::string& wrap = "") {
    return engine.run(
      nodes("{'id': 'l', 'type': 'llm', 'params': {" + params + "}" + wrap + "}", settings()));
  }
};

struct without_settings {
  without_settings() {
    for (auto name :
         {"TROUPE_LLM_BASE_URL", "TROUPE_LLM_MODEL", "TROUPE_LLM_API_KEY", "OPENAI_API_KEY"})
      ::unsetenv(name);
  }
  ~without_settings() {
    for (auto name : {"TROUPE_LLM_BASE_URL", "TROUPE_LLM_MODEL", "TROUPE_LLM_API_KEY"})
      ::unsetenv(name);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(llm_suite, llm_fixture)

BOOST_AUTO_TEST_CASE(a_model_answers_and_its_bill_is_kept) {
  auto result = ask("'prompt': 'hi'");
  BOOST_REQUIRE(result.success());
  BOOST_TEST(result.output.json() == json({{"response", "fine"},
                                           {"llm_usage",
                                            {{"model", "m-2024"},
                                             {"input_tokens", 1000},
                                             {"output_tokens", 100},
                                             {"total_tokens", 1100}}}}));
  BOOST_TEST(result.metrics.json() ==
             json({{"tokens", {{"prompt", 1000}, {"completion", 100}, {"total", 1100}}},
                   {"cost_usd", 0.0035}}));
  BOOST_TEST(provider.last().path == "/v1/chat/completions");
  BOOST_TEST(provider.last().header("authorization") == "Bearer sk-from-flow");
  BOOST_TEST(json::parse(provider.last().body).at("model") == "m");
  auto& step = *result.tree->children[0];
  BOOST_TEST(step.metadata.at("finish_reason").text() == "stop");
}

BOOST_AUTO_TEST_CASE(a_streamed_answer_is_told_piece_by_piece) {
  provider.answer_with([](const received&) -> reply {
    std::string text;
    for (std::string piece : {"Hel", "lo ", "wörld"})
      text += "data: " +
              json{{"model", "m-2024"}, {"choices", {{{"delta", {{"content", piece}}}}}}}.dump() +
              "\n\n";
    text +=
      "data: " +
      json{{"choices", json::array()}, {"usage", {{"prompt_tokens", 4}, {"completion_tokens", 3}}}}
        .dump() +
      "\n\n";
    return {200, text + "data: [DONE]\n\n", "text/event-stream"};
  });
  std::vector<std::string> pieces;
  std::promise<void> ended;
  auto listen = [&](const event& x) {
    if (x.type == event_type::step_output)
      pieces.push_back(x.data.at("text"));
    if (x.type == event_type::run_finished)
      ended.set_value();
  };
  auto x =
    nodes("{'id': 'l', 'type': 'llm', 'params': {'prompt': 'hi', 'stream': true}}", settings());
  auto result = engine.run(x, {}, {.on_event = listen});
  ended.get_future().wait();
  BOOST_REQUIRE(result.success());
  BOOST_TEST(pieces == (std::vector<std::string>{"Hel", "lo ", "wörld"}),
             boost::test_tools::per_element());
  BOOST_TEST(result.output.find("response")->text() == "Hello wörld");
  BOOST_TEST(result.metrics.json().at("tokens").at("total") == 7);
}

BOOST_AUTO_TEST_CASE(a_service_that_does_not_stream_is_understood_too) {
  BOOST_TEST(ask("'prompt': 'hi', 'stream': true").output.find("response")->text() == "fine");
}

BOOST_AUTO_TEST_CASE(json_is_asked_for_and_parsed) {
  provider.answer_with([](const received&) { return completion(R"({"score": 3})"); });
  BOOST_TEST(
    ask("'prompt': 'rate', 'response_format': 'json'").output.json().at("response").at("score") ==
    3);
  provider.answer_with([](const received&) { return completion("Sure! Here it is"); });
  auto result = ask("'prompt': 'rate', 'response_format': {'type': 'json_schema'}");
  BOOST_TEST(result.error->message ==
             "the model was asked for JSON, and said: \"Sure! Here it is\"");
  BOOST_TEST((result.error->code == errc::invalid_output));
  BOOST_TEST(result.metrics.json().at("cost_usd") == 0.0035); // it costs all the same
}

BOOST_AUTO_TEST_CASE(what_a_provider_says_of_an_error_is_readable) {
  provider.answer_with([](const received&) -> reply {
    return {
      401,
      R"({"error": {"message": "Incorrect API key provided", "type": "invalid_request_error"}})"};
  });
  auto why = *ask("'prompt': 'x'").error;
  BOOST_TEST((why.code == errc::http_status));
  BOOST_TEST(why.message == "POST " + provider.url("/v1/chat/completions") +
                              ": 401 Unauthorized: Incorrect API key provided");
  BOOST_TEST(!is_retryable(why));
  provider.answer_with([](const received&) -> reply {
    return {200, R"({"error": {"message": "overloaded"}})"};
  });
  BOOST_TEST(ask("'prompt': 'x'").error->message == "the service says: overloaded");
  provider.answer_with([](const received&) -> reply { return {200, "<html>", "text/html"}; });
  BOOST_TEST((ask("'prompt': 'x'").error->code == errc::invalid_output));
}

BOOST_AUTO_TEST_CASE(a_rate_limit_is_waited_for) {
  std::atomic<int> calls = 0;
  provider.answer_with([&](const received&) -> reply {
    if (++calls > 1)
      return completion("fine");
    return {429,
            R"({"error": {"message": "slow down"}})",
            "application/json",
            {{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "5ms"}}};
  });
  auto result =
    ask("'prompt': 'x'", ", 'retry': {'attempts': 2, 'initial': '1ms', 'jitter': 'none'}");
  BOOST_REQUIRE(result.success());
  auto story = result.tree->children[0]->metadata.at("failed_attempts").json();
  BOOST_TEST(story.at(0).at("error").at("details").at("retry_after") == 0.005);
}

BOOST_AUTO_TEST_CASE(settings_come_from_the_node_then_the_flow_then_the_environment) {
  without_settings clean;
  auto bare = "{'id': 'l', 'type': 'llm', 'params': {'prompt': 'x'}}";
  auto result = run(bare);
  BOOST_TEST(!result.tree); // nothing was begun
  BOOST_TEST(
    result.error->message ==
    "l: \"llm\" needs a `base_url` and a `model`: in its params, under `defaults.llm`, or in the "
    "environment "
    "(TROUPE_LLM_BASE_URL, TROUPE_LLM_MODEL, and TROUPE_LLM_API_KEY if the service wants a key)");
  ::setenv("TROUPE_LLM_BASE_URL", provider.url("/env").c_str(), 1);
  ::setenv("TROUPE_LLM_MODEL", "from-env", 1);
  ::setenv("TROUPE_LLM_API_KEY", "sk-from-env", 1);
  BOOST_TEST(run(bare).success());
  BOOST_TEST(provider.last().path == "/env/chat/completions");
  BOOST_TEST(provider.last().header("authorization") == "Bearer sk-from-env");
  BOOST_TEST(json::parse(provider.last().body).at("model") == "from-env");
  BOOST_TEST(engine.run(nodes(bare, settings())).success());
  BOOST_TEST(provider.last().header("authorization") == "Bearer sk-from-flow");
  BOOST_TEST(ask("'prompt': 'x', 'model': 'own'").success());
  BOOST_TEST(json::parse(provider.last().body).at("model") == "own");
}

BOOST_AUTO_TEST_CASE(a_key_of_the_environment_goes_to_no_service_that_a_document_names) {
  without_settings clean;
  ::setenv("TROUPE_LLM_API_KEY", "sk-from-env", 1);
  provider.answer_with([](const received&) -> reply {
    return {401, R"({"error": {"message": "who are you?"}})"};
  });
  auto result =
    run("{'id': 'l', 'type': 'llm', 'params': {'prompt': 'x', 'model': 'm', 'base_url': '" +
        provider.url() + "'}}");
  BOOST_TEST(provider.last().header("authorization") == "");
  BOOST_TEST(
    result.error->message.ends_with("401 Unauthorized (without a key: that of the environment is "
                                    "for TROUPE_LLM_BASE_URL; give the node "
                                    "an `api_key`): who are you?"),
    result.error->message);
}

BOOST_AUTO_TEST_CASE(data_in_a_base_url_cannot_lead_a_key_elsewhere) {
  auto x = nodes(
    "{'id': 'l', 'type': 'llm', 'params': {'prompt': 'x', 'model': 'm', 'api_key': 'sk-own-key', "
    "'base_url': 'http://${inputs.region}.invalid/v1'}}");
  auto host = provider.url().substr(7);
  auto result = engine.run(x, value{json{{"region", host + "/echo?"}}});
  BOOST_TEST(!result.success());
  BOOST_TEST(provider.requests == 0);
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_cut_off_is_no_success) {
  provider.answer_with([](const received&) -> reply {
    return {200,
            "data: " + json{{"choices", {{{"delta", {{"content", "hello wor"}}}}}}}.dump() + "\n\n",
            "text/event-stream"};
  });
  auto why = *ask("'prompt': 'hi', 'stream': true").error;
  BOOST_TEST((why.code == errc::connection_failed));
  BOOST_TEST(is_retryable(why));
}

BOOST_AUTO_TEST_CASE(a_key_of_the_environment_is_a_secret) {
  without_settings clean;
  ::setenv("TROUPE_LLM_BASE_URL", provider.url().c_str(), 1);
  ::setenv("TROUPE_LLM_MODEL", "m", 1);
  ::setenv("TROUPE_LLM_API_KEY", "sk-c4nary", 1);
  provider.answer_with([](const received& x) -> reply {
    return {401,
            json{{"error", {{"message", "Incorrect key: " + x.header("authorization")}}}}.dump()};
  });
  auto result = run("{'id': 'l', 'type': 'llm', 'params': {'prompt': 'x'}}");
  BOOST_TEST(as_value(result).dump().find("c4nary") == std::string::npos);
  BOOST_TEST(result.error->message.ends_with("Incorrect key: Bearer [secret]"),
             result.error->message);
}

BOOST_AUTO_TEST_SUITE_END()
