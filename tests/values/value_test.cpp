// SPDX-License-Identifier: Apache-2.0
#include "troupe/value.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(value_suite)

BOOST_AUTO_TEST_CASE(a_default_value_is_null) {
  BOOST_TEST(value{}.is_null());
  BOOST_TEST(value{}.json().is_null());
  BOOST_TEST(value{}.dump() == "null");
}

BOOST_AUTO_TEST_CASE(a_member_shares_the_memory_of_the_whole) {
  value whole{json{{"a", {{"b", "text"}}}}};
  auto inner = whole.find("a")->find("b");
  BOOST_REQUIRE(inner);
  BOOST_TEST(&inner->json() == &whole.json()["a"]["b"]);
  whole = {};
  BOOST_TEST(inner->text() == "text"); // and keeps it alive
}

BOOST_AUTO_TEST_CASE(a_list_of_values_copies_none_of_them) {
  value large{json(std::string(1000, 'x'))};
  auto list = value::list({large, large});
  BOOST_TEST(&list.at(0)->json() == &large.json());
  BOOST_TEST(list.size() == 2u);
  BOOST_TEST(!list.at(2));
  BOOST_TEST(list.json().size() == 2u);
}

BOOST_AUTO_TEST_CASE(composites_are_written_like_plain_json) {
  auto composite = value::object({{"b", value::list({value{1}, value{"two"}})}, {"a", {}}});
  BOOST_TEST(composite.dump() == R"({"b":[1,"two"],"a":null})");
  BOOST_TEST((composite == value{json{{"a", nullptr}, {"b", {1, "two"}}}}));
}

BOOST_AUTO_TEST_CASE(a_deferred_value_is_made_once_and_only_when_looked_at) {
  auto made = 0;
  auto x = value::deferred([&made] { return ++made, value{json{{"n", 1}}}; }, 8);
  auto copy = x;
  BOOST_TEST(made == 0);
  BOOST_TEST(x.find("n")->json() == 1);
  BOOST_TEST(copy.is_object());
  BOOST_TEST(made == 1);
}

BOOST_AUTO_TEST_CASE(what_shares_its_parts_weighs_as_much_as_it_writes) {
  auto x = value{"ab"};
  for (int i = 0; i < 100; ++i)
    x = value::list({x, x});
  BOOST_TEST(x.weight() == SIZE_MAX);
  BOOST_TEST(value::object({{"name", value{"ab"}}}).weight() == 8u);
  BOOST_TEST(value{json({1, 2, 3})}.weight() == 4u);
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_is_written_with_replacements) {
  BOOST_TEST(value{json("a\xFFz")}.dump() == "\"a\xEF\xBF\xBDz\"");
}

BOOST_AUTO_TEST_CASE(json_that_is_too_deep_is_not_read) {
  auto nested = [](size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  BOOST_TEST(value::parse(nested(200)).has_value());
  BOOST_TEST(!value::parse(nested(1'000)));
  BOOST_TEST(!value::parse(nested(1'000'000)));
  BOOST_TEST(!value::parse("{"));
}

BOOST_AUTO_TEST_SUITE_END()
