// SPDX-License-Identifier: Apache-2.0
#include "troupe/context.hpp"
#include "troupe/duration.hpp"
#include "troupe/error.hpp"
#include "troupe/metrics.hpp"
#include "troupe/step_result.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace troupe;
using namespace std::chrono_literals;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(context_suite)

BOOST_AUTO_TEST_CASE(a_copy_does_not_see_later_changes) {
  auto one = context{}.set("a", value{1});
  auto two = one.set("a", value{2}).set("b", value{3});
  BOOST_TEST(one.find("a")->json() == 1);
  BOOST_TEST(!one.find("b"));
  BOOST_TEST(two.erase("a").size() == 1u);
  BOOST_TEST(two.size() == 2u);
}

BOOST_AUTO_TEST_CASE(many_keys_are_found_erased_and_listed_in_order) {
  context x;
  for (auto i = 0; i < 2000; ++i)
    x = x.set("k" + std::to_string(i * 7919 % 2000), value{i});
  BOOST_TEST(x.size() == 2000u);
  for (auto i = 0; i < 2000; i += 2)
    x = x.erase("k" + std::to_string(i));
  BOOST_TEST(x.size() == 1000u);
  BOOST_TEST(!x.find("k0"));
  BOOST_TEST(x.find("k1").has_value());
  std::string last;
  x.as_value().each_member([&](const std::string& key, const value&) {
    BOOST_TEST((last < key)); // BOOST_TEST(x < y) is not the order of strings
    last = key;
  });
}

BOOST_AUTO_TEST_CASE(changes_set_and_erase_and_compose) {
  auto x = context{}.set("a", value{1}).set("b", value{2});
  auto delta = composed({{"a", value{5}}, {"c", value{6}}}, {{"c", {}}, {"b", {}}});
  BOOST_TEST(x.with(delta).as_value().json() == json({{"a", 5}}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(metrics_suite)

BOOST_AUTO_TEST_CASE(numbers_add_and_objects_recurse) {
  auto x = *metrics::from({{"cost_usd", 0.1}, {"tokens", {{"total", 5}}}});
  x +=
    *metrics::from({{"cost_usd", 0.2}, {"tokens", {{"total", 6}, {"prompt", 1}}}, {"ratio", 0.5}});
  BOOST_TEST(x.json() ==
             json({{"cost_usd", 0.3}, {"tokens", {{"total", 11}, {"prompt", 1}}}, {"ratio", 0.5}}));
}

BOOST_AUTO_TEST_CASE(money_adds_up_exactly) {
  metrics sum;
  for (auto i = 0; i < 1000; ++i)
    sum += *metrics::from({{"cost_usd", 0.1}});
  BOOST_TEST(sum.json().at("cost_usd").dump() == "100.0");
}

BOOST_AUTO_TEST_CASE(anything_but_numbers_is_refused) {
  BOOST_TEST(metrics::from({{"n", 18'446'744'073'709'551'615u}})->json()["n"].get<double>() >
             1.8e19);
  BOOST_TEST(metrics::from({{"model", "gpt"}}).error().message ==
             "metrics/model: wanted a number, got \"gpt\"; facts belong in metadata");
  BOOST_TEST(!metrics::from(json::array({1})));
  BOOST_TEST(!metrics::from({{"n", {1, 2}}, {"x", true}}));
  BOOST_TEST(metrics::from(nullptr)->empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(duration_suite)

BOOST_AUTO_TEST_CASE(durations_are_read_and_written) {
  BOOST_TEST((parse_duration("250ms") == 250ms));
  BOOST_TEST((parse_duration("1.5s") == 1500ms));
  BOOST_TEST((parse_duration("2m") == 120s));
  BOOST_TEST((parse_duration("1h") == 3600s));
  for (auto wrong : {"", "5", "s", "-1s", "1 s", "1sec", "nans", "1e9d", "11000000000s"})
    BOOST_TEST(!parse_duration(wrong), wrong);
  BOOST_TEST(to_string(duration{250ms}) == "250ms");
  BOOST_TEST(to_string(duration{1500ms}) == "1.5s");
  BOOST_TEST(to_string(duration{125s}) == "2m5s");
  BOOST_TEST(to_string(duration{7500s}) == "2h5m");
}

BOOST_AUTO_TEST_CASE(times_are_iso_8601_in_utc) {
  BOOST_TEST(to_iso8601(wall_time{1'784'000'000'123ms}) == "2026-07-14T03:33:20.123Z");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(errc_suite)

BOOST_AUTO_TEST_CASE(every_code_has_a_name_of_its_own_and_a_sentence) {
  std::set<std::string_view> names;
  for (auto i = 0; i <= static_cast<int>(errc::closed); ++i) {
    auto code = static_cast<errc>(i);
    BOOST_TEST((errc_from(to_string(code)) == code));
    BOOST_TEST(description(code).ends_with('.'));
    names.insert(to_string(code));
  }
  BOOST_TEST(names.size() == static_cast<size_t>(errc::closed) + 1);
}

BOOST_AUTO_TEST_CASE(a_result_is_written_as_users_see_it) {
  step_result x{.path = "g/a", .name = "a", .type = "fail", .status = status::failed};
  x.error = error{.code = errc::timeout,
                  .message = "slow",
                  .path = "g/a",
                  .cause = std::make_shared<const error>(error{.message = "before"})};
  auto written = as_value(x).json();
  BOOST_TEST(written.at("error").at("code") == "timeout");
  BOOST_TEST(written.at("error").at("cause").at("message") == "before");
  BOOST_TEST(written.at("success") == false);
  x.status = status::skipped;
  BOOST_TEST(as_value(x).json().at("success").is_null());
}

BOOST_AUTO_TEST_SUITE_END()
