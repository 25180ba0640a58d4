// SPDX-License-Identifier: Apache-2.0
#include "config/redactor.hpp"
#include "troupe/encoding.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::config;
using nlohmann::json;

namespace {

const std::string canary = "pä\"ss/w+rd 42";
const redactor secrets{{canary}};

bool is_hidden(const std::string& text) {
  auto clean = secrets.clean(text);
  return clean.find(redactor::mark) != clean.npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(redactor_suite)

BOOST_AUTO_TEST_CASE(a_secret_is_hidden_wherever_it_stands) {
  BOOST_TEST(secrets.clean("key=" + canary + "!" + canary) == "key=[secret]![secret]");
  BOOST_TEST(secrets.clean(std::string{"nothing"}) == "nothing");
  BOOST_TEST(secrets.clean(json{{canary, {1, canary}}}) == json({{"[secret]", {1, "[secret]"}}}));
}

BOOST_AUTO_TEST_CASE(a_secret_is_hidden_in_other_spellings) {
  BOOST_TEST(is_hidden(json(canary).dump()));
  BOOST_TEST(is_hidden(json(canary).dump(-1, ' ', true)));
  BOOST_TEST(is_hidden(json(json(canary).dump()).dump())); // JSON in JSON
  BOOST_TEST(is_hidden("pä\\\"ss\\/w+rd 42"));
  BOOST_TEST(is_hidden("?q=" + percent_encoded(canary)));
  BOOST_TEST(is_hidden("p%c3%a4%22ss%2fw%2brd%2042"));
  BOOST_TEST(is_hidden("p%C3%A4%22ss%2Fw%2Brd+42"));
}

BOOST_AUTO_TEST_CASE(a_secret_inside_of_base64_is_hidden_at_every_offset) {
  for (std::string before : {"", "x", "xy", "user:"})
    for (std::string after : {"", "z", "zz"}) {
      auto text = base64(before + canary + after);
      BOOST_TEST(is_hidden(text), text);
      std::replace(text.begin(), text.end(), '+', '-');
      std::replace(text.begin(), text.end(), '/', '_');
      BOOST_TEST(is_hidden(text), text);
    }
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_split_over_pieces_is_hidden) {
  auto text =
    "before " + canary + " and after, which is long enough to be let go: " + std::string(80, '.');
  for (size_t size = 1; size < 20; ++size) {
    redacted_stream stream;
    std::string told;
    for (size_t at = 0; at < text.size(); at += size)
      told += stream.add(secrets, std::string_view{text}.substr(at, size));
    BOOST_TEST(told.size() > 50u); // it does not all come at the end
    told += stream.flush(secrets);
    BOOST_TEST(told == secrets.clean(text));
  }
}

BOOST_AUTO_TEST_CASE(of_secrets_that_begin_alike_the_longest_is_hidden) {
  redactor both{{"hunter2", "hunter2-production-db"}};
  auto text = std::string{"the key is hunter2-production-db, not hunter2."};
  BOOST_TEST(both.clean(text) == "the key is [secret], not [secret].");
  redacted_stream stream;
  std::string told;
  for (auto letter : text)
    told += stream.add(both, std::string(1, letter));
  BOOST_TEST(told + stream.flush(both) == both.clean(text));
}

BOOST_AUTO_TEST_CASE(characters_are_never_cut_in_two) {
  redacted_stream stream;
  for (int i = 0; i < 60; ++i)
    BOOST_TEST(is_utf8(stream.add(secrets, "ä€😀")));
}

BOOST_AUTO_TEST_CASE(errors_are_cleaned_down_to_their_first_cause) {
  error first{.message = "with " + canary};
  error last{
    .message = "so", .details = {{"body", canary}}, .cause = std::make_shared<const error>(first)};
  auto clean = secrets.clean(last);
  BOOST_TEST(clean.cause->message == "with [secret]");
  BOOST_TEST(clean.details.at("body") == "[secret]");
}

BOOST_AUTO_TEST_CASE(what_is_too_short_to_be_a_secret_is_not_looked_for) {
  BOOST_TEST(!redactor{{"12345"}}.has_work());
}

BOOST_AUTO_TEST_SUITE_END()
