// SPDX-License-Identifier: Apache-2.0
#include "observe/trace_ids.hpp"
#include "tests/observe/recorded_run.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/http_server.hpp"
#include "troupe/otlp.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

const std::map<std::string, std::string> resource{{"service.name", "tests"}};

json spans_json(const run_result& x) {
  return json::parse(otlp_traces(x, resource))
    .at("resourceSpans")[0]
    .at("scopeSpans")[0]
    .at("spans");
}

json attributes_of(const json& span) {
  json all;
  for (auto& x : span.at("attributes"))
    all[x.at("key").get<std::string>()] = x.at("value");
  return all;
}

/// What the collector says, as an error.
error answer_of(reply what) {
  http_server server{[&](const received&) { return what; }};
  auto sent = export_traces("{}", server.url());
  BOOST_REQUIRE(!sent);
  return sent.error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(otlp_suite)

BOOST_AUTO_TEST_CASE(the_recorded_run_is_told_as_it_was) {
  auto body = json::parse(otlp_traces(recorded_run(), resource));
  check_golden(source_folder() / "tests/observe/recorded/otlp.json", body.dump(1) + "\n");
}

BOOST_AUTO_TEST_CASE(spans_of_a_run_form_one_tree_with_ids_of_their_own) {
  auto spans = spans_json(recorded_run());
  std::set<std::string> ids;
  for (auto& x : spans) {
    BOOST_TEST(x.at("traceId") == "019aa111222273338444555566667777");
    BOOST_TEST(x.at("spanId").get<std::string>().size() == 16u);
    if (x.contains("parentSpanId"))
      BOOST_TEST(ids.contains(x.at("parentSpanId")));
    BOOST_TEST(ids.insert(x.at("spanId")).second);
  }
  BOOST_TEST(ids.size() == 11u); // none for what was skipped
  BOOST_TEST(spans == spans_json(recorded_run()));
}

BOOST_AUTO_TEST_CASE(a_run_with_an_id_of_its_own_has_a_digest_for_a_trace) {
  auto mine = observe::trace_id_of("mine");
  BOOST_TEST(mine.size() == 32u);
  BOOST_TEST(mine != observe::trace_id_of("yours"));
  BOOST_TEST(observe::trace_id_of("019AA111-2222-7333-8444-555566667777") ==
             "019aa111222273338444555566667777");
  auto nil = observe::trace_id_of("00000000-0000-0000-0000-000000000000");
  BOOST_TEST(nil != std::string(32, '0'));
  BOOST_TEST(observe::trace_id_of("019aa111+2222-7333-8444-555566667777") !=
             "019aa111222273338444555566667777");
}

BOOST_AUTO_TEST_CASE(what_others_have_a_name_for_is_called_so) {
  auto spans = spans_json(recorded_run());
  auto find = [&](const std::string& name) {
    for (auto& x : spans)
      if (x.at("name") == name)
        return x;
    return json{};
  };
  auto small = attributes_of(find("small"));
  BOOST_TEST(small.at("gen_ai.usage.input_tokens") == json({{"intValue", "900"}}));
  BOOST_TEST(small.at("gen_ai.response.model") == json({{"stringValue", "small-1"}}));
  BOOST_TEST(small.at("troupe.metrics.cost_usd") == json({{"doubleValue", 0.0041}}));
  BOOST_TEST(find("small").at("kind") == 3);
  BOOST_TEST(find("summaries").at("kind") == 1);
  auto gpt = attributes_of(find("gpt")); // its backup tells of the tokens
  BOOST_TEST(gpt.contains("troupe.metrics.tokens.prompt"));
  BOOST_TEST(!gpt.contains("gen_ai.usage.input_tokens"));
  BOOST_TEST(!attributes_of(find("summaries")).contains("gen_ai.usage.input_tokens"));
  BOOST_TEST(attributes_of(find("send")).at("error.type") ==
             json({{"stringValue", "process_exit"}}));
  BOOST_TEST(find("send").at("status") ==
             json({{"code", 2}, {"message", "sendmail: exit 75 & \"no\" relay"}}));
}

BOOST_AUTO_TEST_CASE(a_number_too_large_for_a_collectors_integers_is_a_double) {
  auto x = recorded_node("a", "count", 0, 1);
  x.metadata["large"] = value{json(18'446'744'073'709'551'615u)};
  x.metadata["most"] = value{json(9'223'372'036'854'775'807u)};
  for (auto& span : spans_json(recorded_run_of({x})))
    if (span.at("name") == "a") {
      auto told = attributes_of(span);
      BOOST_TEST(told.at("troupe.large") == json({{"doubleValue", 18446744073709551615.0}}));
      BOOST_TEST(told.at("troupe.most") == json({{"intValue", "9223372036854775807"}}));
    }
}

BOOST_AUTO_TEST_CASE(a_collector_gets_the_body_and_the_headers) {
  http_server server{[](const received&) { return reply{200, "{}"}; }};
  BOOST_TEST(export_traces("{\"a\":1}", server.url(), {{"X-Key", "k"}}).has_value());
  auto seen = server.last();
  BOOST_TEST(seen.method == "POST");
  BOOST_TEST(seen.path == "/v1/traces");
  BOOST_TEST(seen.body == "{\"a\":1}");
  BOOST_TEST(seen.header("content-type") == "application/json");
  BOOST_TEST(seen.header("x-key") == "k");
  BOOST_TEST(export_traces("{}", server.url("/tenant/")).has_value());
  BOOST_TEST(server.last().path == "/tenant/v1/traces");
  BOOST_TEST(export_traces("{}", server.url("/v1/traces")).has_value());
  BOOST_TEST(server.last().path == "/v1/traces");
}

BOOST_AUTO_TEST_CASE(a_collector_that_refuses_is_an_error_that_says_why) {
  auto busy = answer_of({503, "try later"});
  BOOST_TEST((busy.code == errc::http_status));
  BOOST_TEST(busy.message == "answered with 503: try later");
  auto partial =
    answer_of({200, R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})"});
  BOOST_TEST((partial.code == errc::http_status));
  BOOST_TEST(partial.message == "did not accept 3 spans: too old");
}

BOOST_AUTO_TEST_CASE(a_warning_of_a_collector_is_no_refusal) {
  for (auto body :
       {R"({"partialSuccess":{"errorMessage":"use gzip"}})",
        R"({"partialSuccess":{"rejectedSpans":0}})", R"({"partialSuccess":[]})", "ok"}) {
    http_server server{[&](const received&) { return reply{200, body}; }};
    BOOST_TEST(export_traces("{}", server.url()).has_value(), body);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_reached_is_an_error) {
  std::string gone;
  {
    http_server server{[](const received&) { return reply{}; }};
    gone = server.url();
  }
  BOOST_TEST((export_traces("{}", gone).error().code == errc::connection_failed));
  BOOST_TEST((export_traces("{}", "ftp://127.0.0.1").error().code == errc::invalid_input));
  BOOST_TEST((export_traces("{}", gone, {{"A", "x\r\nB: y"}}).error().code == errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()
