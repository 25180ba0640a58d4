// SPDX-License-Identifier: Apache-2.0
#include "config/document/read_document.hpp"
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

std::string repeated(const std::string& x, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i)
    all += x;
  return all;
}

nlohmann::json yaml_root(const std::string& text) {
  config::document x{"x.yaml", text};
  config::problems found{x};
  BOOST_REQUIRE(config::read_document(x, found));
  return x.root;
}

std::string blueprint_with(const std::string& when) {
  return "steps:\n- {name: a, uses: echo, when: '" + when + "'}\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(limits_of_reading_suite)

BOOST_AUTO_TEST_CASE(a_long_scalar_of_yaml_is_read) {
  auto number = std::string(300'000, '1');
  BOOST_TEST(yaml_root("[" + number + "x]")[0].get<std::string>().size() == number.size() + 1);
  BOOST_TEST(codes_of("troupe: 1\nname: " + number + "\npipeline: [{type: echo}]", "x.yaml") ==
             "syntax_error");
}

BOOST_AUTO_TEST_CASE(what_is_nested_too_deeply_in_a_text_is_refused) {
  constexpr size_t deep = 200'000;
  auto told = [](const std::string& when) {
    return diagnostics_of(blueprint_with(when), "x.yaml");
  };
  for (auto begin : {"(", "not ", "["})
    BOOST_TEST(told(repeated(begin, deep)).find("nested deeper than 256 levels") !=
               std::string::npos);
  auto text = [](const std::string& x) {
    return diagnostics_of("steps:\n- {name: a, uses: echo, params: {value: '" + x + "'}}\n",
                          "x.yaml");
  };
  BOOST_TEST(text("{{ " + repeated("(", deep) + " }}").find("nested deeper than 256 levels") !=
             std::string::npos);
  auto native =
    "troupe: 1\npipeline: [{type: echo, params: {value: '" + repeated("${a[", deep) + "'}}]";
  BOOST_TEST(codes_of(native, "x.yaml") == "bad_template");
  auto chain = "steps:\n- {name: a b, type: echo}\n- {type: echo, params: {value: '" +
               repeated("${", deep) + "'}}\n";
  BOOST_TEST(diagnostics_of(chain, "x.yaml").find("bad_template") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_star_in_a_text_is_no_alias) {
  std::string steps;
  for (auto i = 0; i < 3'000; ++i)
    steps += "\n- {type: jq, params: {program: '1 * 2'}}";
  BOOST_TEST(diagnostics_of("troupe: 1\npipeline:" + steps, "x.yaml") == "");
}

BOOST_AUTO_TEST_CASE(a_tag_says_what_a_scalar_is) {
  auto root = yaml_root("[!!int 5, !!bool true, !!null ~, !!str 5, !!float 1, !!int '7', ! 5]");
  BOOST_TEST((root == nlohmann::json{5, true, nullptr, "5", 1.0, 7, "5"}));
  BOOST_TEST(root[4].is_number_float());
  for (auto wrong : {"!!int five", "!!seq {a: 1}", "!!map [1]", "!!bool 1", "!!seq x", "!!int [1]"})
    BOOST_TEST(codes_of("troupe: 1\nname: " + std::string{wrong} + "\npipeline: [{type: echo}]",
                        "x.yaml") == "wrong_type");
}

BOOST_AUTO_TEST_CASE(warnings_do_not_hide_an_error) {
  std::string steps;
  for (auto i = 0; i < 60; ++i)
    steps += "- {type: echo, foo: 1}\n";
  auto told = diagnostics_of("steps:\n" + steps + "- {type: echo, retry_count: abc}\n", "x.yaml");
  BOOST_TEST(told.find("error[wrong_type]") != std::string::npos);
  BOOST_TEST(told.find("warning[more_warnings]: 10 more warnings are not shown") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(steps_of_one_name_are_named_in_linear_time) {
  std::string steps;
  for (auto i = 0; i < 20'000; ++i)
    steps += "- {type: echo, name: s}\n";
  auto made = convert_text("steps:\n" + steps, "x.yaml");
  BOOST_REQUIRE(made);
  BOOST_TEST(made->text.find("\"s_20000\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_of_types_that_is_wrong_is_told) {
  auto kinds = built_in_kinds();
  auto told = [&](const std::string& types) {
    auto read = parse_flow("{\"troupe\": 1, \"pipeline\": [{\"type\": \"echo\"}]}", kinds, "x.json",
                           {.types = types, .types_name = "types.json"});
    BOOST_REQUIRE(!read);
    return to_string(read.error().front());
  };
  BOOST_TEST(told("[]").find("types.json:1:1: error[wrong_type]") != std::string::npos);
  BOOST_TEST(told("{\"types\": {\"zz\": {\"typ\": \"echo\"}}}").find("types.json:1:") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
