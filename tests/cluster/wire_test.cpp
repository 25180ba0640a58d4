// SPDX-License-Identifier: Apache-2.0
#include "cluster/cbor.hpp"
#include "cluster/frame.hpp"
#include "cluster/packed_values.hpp"
#include "cluster/result_codec.hpp"
#include "config/node_index.hpp"
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

std::string cbor_of(const json& x) {
  std::string out;
  wire::append_cbor(out, x);
  return out;
}

std::vector<std::string_view> views_of(const wire::packed_values& x) {
  return {x.entries().begin(), x.entries().end()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_suite)

BOOST_AUTO_TEST_CASE(a_document_comes_back_as_it_was) {
  json x{{"a", {1, -2, 3.5, nullptr, true, "text"}}, {"b", {{"c", json::array()}}}};
  BOOST_TEST(wire::from_cbor(cbor_of(x)).value() == x);
}

BOOST_AUTO_TEST_CASE(bytes_that_would_hurt_a_decoder_are_not_given_to_it) {
  BOOST_TEST(!wire::from_cbor(""));
  BOOST_TEST(!wire::from_cbor(std::string(100'000, '\x81')));           // nested lists
  BOOST_TEST(!wire::from_cbor("\x9b\x7f\xff\xff\xff\xff\xff\xff\xff")); // a list without end
  BOOST_TEST(!wire::from_cbor("\xbb\x7f\xff\xff\xff\xff\xff\xff\xff")); // an object likewise
  BOOST_TEST(!wire::from_cbor("\x5b\x7f\xff\xff\xff\xff\xff\xff\xff")); // bytes likewise
  BOOST_TEST(!wire::from_cbor("\x9f\x01\xff"));                         // of unknown length
  BOOST_TEST(!wire::from_cbor("\xc0\x61\x61"));                         // a tag
  BOOST_TEST(!wire::from_cbor(cbor_of({1, 2}).substr(0, 2)));           // cut off
  BOOST_TEST(!wire::from_cbor(cbor_of({1, 2}) + "x"));                  // more behind it
}

BOOST_AUTO_TEST_CASE(random_bytes_and_broken_envelopes_are_refused_or_read_never_more) {
  std::mt19937 random{1};
  wire::packed_values values;
  auto number = values.add(value{json{{"k", std::string(300, 'x')}}});
  auto good = wire::bytes_of({"start", 1, number}, values);
  for (auto i = 0; i < 20'000; ++i) {
    auto bytes = good;
    for (auto flips = random() % 4 + 1; flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % (bytes.size() + 1));
    if (auto items = wire::items_of(bytes))
      for (auto& item : *items)
        wire::unpacked_values::from(item.values);
  }
  BOOST_TEST(wire::items_of(good).value().size() == 1u);
}

BOOST_AUTO_TEST_CASE(values_that_share_parts_are_written_once_and_go_on_sharing) {
  value large{json(std::string(10'000, 'x'))};
  auto twice = value::list({large, value::object({{"again", large}})});
  wire::packed_values out;
  auto first = out.add(twice), second = out.add(large);
  BOOST_TEST(out.size() < 10'200u);
  auto in = wire::unpacked_values::from(views_of(out));
  BOOST_REQUIRE(in);
  auto back = in->at(first);
  BOOST_TEST((back == twice));
  BOOST_TEST(back.at(0)->identity() == back.at(1)->find("again")->identity());
  BOOST_TEST(in->at(second).identity() == back.at(0)->identity());
}

BOOST_AUTO_TEST_CASE(a_value_that_names_one_that_is_not_there_is_none) {
  auto entry = "l" + cbor_of({0});
  BOOST_TEST(!wire::unpacked_values::from({entry}));
  auto shared = "s" + cbor_of(7);
  BOOST_TEST(!wire::unpacked_values::from({shared}));
  auto known = [](uint64_t number) { return std::optional{value{json(number)}}; };
  BOOST_TEST(wire::unpacked_values::from({shared}, known).value().at(0u).json() == 7);
}

BOOST_AUTO_TEST_CASE(a_result_comes_back_with_all_that_it_says) {
  step_result x{.path = "a/b", .name = "b", .type = "jq", .status = status::failed};
  x.output = value{json{1, 2}};
  x.error = error{.code = errc::timeout,
                  .message = "late",
                  .path = "a/b",
                  .retryable = true,
                  .details = {{"k", 1}},
                  .cause = std::make_shared<const error>(error{.message = "before"})};
  x.feedback = "a sentence";
  x.attempts = 3;
  x.started_at = wall_time{std::chrono::milliseconds{1'700'000'000'123}};
  x.duration = std::chrono::nanoseconds{123'456'789};
  x.metrics = *metrics::from({{"cost_usd", 0.000000001}, {"tokens", {{"total", 7}}}});
  x.metadata["fact"] = value{json{"x"}};
  x.worker = "w1";
  x.action = "next";
  x.quality = 0.5;
  x.abandoned = true;
  x.children.push_back(std::make_shared<const step_result>(step_result{.path = "a/b/c"}));
  wire::packed_values values;
  auto packed = wire::packed(x, values);
  auto back = wire::result_from(*wire::from_cbor(cbor_of(packed)),
                                wire::unpacked_values::from(views_of(values)).value());
  BOOST_REQUIRE(back);
  BOOST_TEST(as_value(*back).dump() == as_value(x).dump());
  BOOST_TEST((back->metrics == x.metrics));
  BOOST_TEST((back->started_at == x.started_at && back->duration == x.duration));
  BOOST_TEST(back->action == "next");
  BOOST_TEST((*back->error->cause == *x.error->cause));
}

BOOST_AUTO_TEST_CASE(the_way_back_has_no_secrets_of_what_can_be_undone) {
  std::string secret = "a worker's own";
  auto flow = must_parse("{'troupe': 1, 'secrets': ['KEY'], 'on_error': 'rollback', 'pipeline': ["
                         "{'id': 'a', 'type': 'echo',"
                         " 'place': {'spread': true}, 'undo': {'id': 'b', 'type': 'template',"
                         " 'params': {'text': '${secret.KEY}'}}}]}")
                .plan();
  run_values run{.inputs = value::object({}), .environment = value::object({})};
  run.secrets = value::object({{"KEY", value{json(secret)}}});
  completed done{.undo = &flow->index->find("0:a")->undo.front(), .path = "a"};
  done.scope =
    std::make_shared<const scope>(scope{std::make_shared<const run_values>(std::move(run)), {}});
  finished end{.result = std::make_shared<const step_result>()};
  end.undo.push_back(std::make_shared<const completed>(std::move(done)));
  wire::packed_values values;
  auto head = wire::packed(end, *flow->index, values);
  BOOST_TEST(head.at("undo").size() == 1u);
  BOOST_TEST((wire::bytes_of({"ended", 1, 1, head}, values).find(secret) == std::string::npos));
}

BOOST_AUTO_TEST_SUITE_END()
