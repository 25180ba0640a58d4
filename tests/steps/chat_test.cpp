// SPDX-License-Identifier: Apache-2.0
#include "steps/chat.hpp"
#include "steps/event_stream.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::steps;
using nlohmann::json;

namespace {

json request(json params) { return chat_request(value{std::move(params)}, "m"); }

std::vector<std::string> events_of(const std::string& text, size_t piece) {
  std::vector<std::string> all;
  event_stream stream{[&](const std::string& data) { all.push_back(data); }};
  for (size_t at = 0; at < text.size(); at += piece)
    stream.add(std::string_view{text}.substr(at, piece));
  return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(chat_suite)

BOOST_AUTO_TEST_CASE(a_prompt_becomes_messages) {
  BOOST_TEST(
    request({{"prompt", "hi"}, {"system", "be brief"}, {"temperature", 0.5}, {"max_tokens", 9}}) ==
    json({{"model", "m"},
          {"messages",
           {{{"role", "system"}, {"content", "be brief"}}, {{"role", "user"}, {"content", "hi"}}}},
          {"temperature", 0.5},
          {"max_tokens", 9}}));
  auto whole = json::array(
    {{{"role", "user"}, {"content", "one"}}, {{"role", "assistant"}, {"content", "two"}}});
  BOOST_TEST(request({{"messages", whole}})["messages"] == whole);
  auto shown =
    request({{"prompt", "what is it?"}, {"images", {"https://x/y.png"}}})["messages"][0]["content"];
  BOOST_TEST(shown == json::parse(R"([{"type": "text", "text": "what is it?"},
                                      {"type": "image_url", "image_url": {"url": "https://x/y.png"}}])"));
  BOOST_TEST(request({{"prompt", "x"}, {"response_format", "json"}})["response_format"]["type"] ==
             "json_object");
  BOOST_TEST(request({{"prompt", "x"}, {"stream", true}})["stream_options"]["include_usage"] ==
             true);
}

BOOST_AUTO_TEST_CASE(events_are_read_from_pieces_of_any_size) {
  auto text = std::string{
    ": hello\r\ndata: one\r\n\r\ndata:two\ndata: lines\n\nevent: x\n\nid: 1\ndata: last\n\n"};
  for (size_t piece = 1; piece < 12; ++piece)
    BOOST_TEST(events_of(text, piece) == (std::vector<std::string>{"one", "two\nlines", "last"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_answer_is_put_together_from_events) {
  chat_answer x;
  BOOST_TEST(
    x.take_event(R"({"id": "a", "model": "m-1", "choices": [{"delta": {"role": "assistant"}}]})") ==
    "");
  BOOST_TEST(x.take_event(R"({"choices": [{"delta": {"content": "Hel"}}]})") == "Hel");
  x.take_event(R"({"choices": [{"delta": {"content": "lo"}, "finish_reason": "stop"}]})");
  x.take_event(R"({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}})");
  x.take_event("[DONE]");
  BOOST_TEST(x.text == "Hello");
  BOOST_TEST(x.finish_reason == "stop");
  BOOST_TEST(!x.error);
  BOOST_TEST(
    bill_of(x, {{"m-1", {{"input", 2.5}, {"output", 10}}}}, "m") ==
    json({{"tokens", {{"prompt", 3}, {"completion", 2}, {"total", 5}}}, {"cost_usd", 2.75e-05}}));
  BOOST_TEST(!bill_of(x, {{"other", {{"input", 1}}}}, "m").contains("cost_usd"));
  chat_answer odd;
  odd.usage = {{"prompt_tokens", 1e300}, {"completion_tokens", -5}};
  BOOST_TEST(bill_of(odd, {}, "m")["tokens"]["total"] == 0); // what is no count does not count
  BOOST_TEST(bill_of(x, {{"m", {{"input", 1}, {"output", 0}}}}, "m")["cost_usd"] ==
             3e-06); // as asked for
}

BOOST_AUTO_TEST_CASE(errors_are_found_wherever_a_service_puts_them) {
  chat_answer x;
  x.take_event(R"({"error": {"message": "overloaded"}})");
  BOOST_TEST(*x.error == "overloaded");
  x = {};
  x.take_document(json::parse(R"({"error": "no"})"));
  BOOST_TEST(*x.error == "\"no\"");
  x = {};
  x.take_document(json::parse(R"({"hello": 1})"));
  BOOST_TEST(*x.error == "the answer has no `choices`");
  x = {};
  x.take_event("{broken");
  BOOST_TEST(*x.error == "an event of the stream is no JSON: {broken");
}

BOOST_AUTO_TEST_CASE(rate_limits_say_how_long_to_wait) {
  BOOST_TEST(*rate_limit_reset({{"retry-after-ms", "1500"}}) == 1.5);
  BOOST_TEST(*rate_limit_reset({{"x-ratelimit-remaining-tokens", "0"},
                                {"x-ratelimit-reset-tokens", "6m0.5s"}}) == 360.5);
  BOOST_TEST(*rate_limit_reset({{"x-ratelimit-remaining-requests", "0"},
                                {"x-ratelimit-reset-requests", "20ms"}}) == 0.02);
  BOOST_TEST(
    !rate_limit_reset({{"x-ratelimit-remaining-tokens", "5"}, {"x-ratelimit-reset-tokens", "1s"}}));
  BOOST_TEST(!rate_limit_reset(
    {{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "soon"}}));
}

BOOST_AUTO_TEST_SUITE_END()
