// SPDX-License-Identifier: Apache-2.0
#include "config/jq/programs.hpp"
#include "config/jq/scan.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace troupe;
using namespace troupe::config;
using nlohmann::json;

namespace {

json run(const std::string& program, json input = nullptr, jq_programs::variables named = {}) {
  std::vector<std::string> names;
  for (auto& [name, x] : named)
    names.push_back(name);
  auto values = jq_programs{{{program, names}}}.evaluate(0, value{std::move(input)}, named);
  return values ? as_one_value(*values).json() : json("error: " + values.error().message);
}

} // namespace

BOOST_AUTO_TEST_SUITE(jq_suite)

BOOST_AUTO_TEST_CASE(programs_of_a_flow_are_compiled_as_one_and_told_apart) {
  jq_programs all{{{".a", {}}, {"$x + 1 # a comment", {"x"}}, {".[]", {}}}};
  BOOST_TEST(all.evaluate(0, value{json{{"a", "b"}}}, {})->at(0).text() == "b");
  BOOST_TEST(all.evaluate(1, {}, {{"x", value{2}}})->at(0).json() == 3);
  BOOST_TEST(as_one_value(*all.evaluate(2, value{json{1, 2}}, {})).json() == json({1, 2}));
}

BOOST_AUTO_TEST_CASE(thousands_of_programs_are_told_apart) {
  std::vector<jq_source> sources;
  for (auto i = 0; i < 2'000; ++i)
    sources.push_back({"[., $x, " + std::to_string(i) + "] | map(. + 1)", {"x"}});
  jq_programs all{sources};
  BOOST_TEST(all_compile(sources));
  for (size_t i : {0u, 1u, 99u, 100u, 1'500u, 1'999u})
    BOOST_TEST(as_one_value(*all.evaluate(i, value{1}, {{"x", value{2}}})).json() ==
               json({2, 3, i + 1}));
}

BOOST_AUTO_TEST_CASE(values_go_in_and_come_out_as_they_are) {
  auto x = json{{"s", "grüße\n"},
                {"n", 1.5},
                {"i", 9007199254740991},
                {"l", {true, false, nullptr}},
                {"o", json::object()}};
  BOOST_TEST(run(".", x) == x);
  BOOST_TEST(run("empty").is_null());
  BOOST_TEST(run("nan | tojson") == "null");
}

BOOST_AUTO_TEST_CASE(a_composite_value_goes_in_too) {
  jq_programs all{{{"[.a[0], .b]", {}}}};
  auto x = value::object({{"a", value::list({value{1}})}, {"b", value{"t"}}});
  BOOST_TEST(all.evaluate(0, x, {})->at(0).json() == json({1, "t"}));
}

BOOST_AUTO_TEST_CASE(an_error_of_the_program_is_told) {
  BOOST_TEST(run(".a", json{1}) == "error: jq: Cannot index array with string \"a\"");
  BOOST_TEST(run("error({a: 1})") == "error: jq: {\"a\":1}");
}

BOOST_AUTO_TEST_CASE(a_program_that_floods_is_stopped) {
  BOOST_TEST(run("range(2000000)") == "error: jq: more than 1000000 values");
}

BOOST_AUTO_TEST_CASE(an_endless_program_ends_when_it_is_told_to) {
  jq_programs all{{{"def f: f; f", {}}, {"1", {}}}};
  std::stop_source stop;
  std::thread other{[&] { stop.request_stop(); }}; // before it begins or after: both must do
  auto values = all.evaluate(0, {}, {}, stop.get_token());
  other.join();
  BOOST_TEST((values.error().code == errc::cancelled));
  BOOST_TEST(all.evaluate(1, {}, {})->at(0).json() == 1); // the same compiled copy
}

BOOST_AUTO_TEST_CASE(a_value_that_is_too_deep_is_refused) {
  BOOST_TEST(run("reduce range(1000) as $i (0; [.])") ==
             "error: jq: a value is nested deeper than 256 levels");
  BOOST_TEST(run("reduce range(1000) as $i (0; {a: .})") ==
             "error: jq: a value is nested deeper than 256 levels");
}

BOOST_AUTO_TEST_CASE(only_false_and_null_are_false) {
  auto truth = [](json x) { return is_true(std::vector<value>{value{std::move(x)}}); };
  BOOST_TEST(truth(0));
  BOOST_TEST(truth(""));
  BOOST_TEST(!truth(false));
  BOOST_TEST(!truth(nullptr));
  BOOST_TEST(!is_true(std::vector<value>{}));
}

BOOST_AUTO_TEST_CASE(several_threads_evaluate_at_once) {
  jq_programs all{{{".n * 2", {}}}};
  std::vector<std::thread> threads;
  std::vector<int> results(4);
  for (size_t i = 0; i < results.size(); ++i)
    threads.emplace_back([&, i] {
      for (auto n = 0; n < 50; ++n)
        results[i] = all.evaluate(0, value{json{{"n", i}}}, {})->at(0).json().get<int>();
    });
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(results == std::vector<int>({0, 2, 4, 6}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_program_mentions_is_found_by_tokens) {
  auto x =
    scan_jq("# $no\n.env | {input: $a, \"b $c\": \"\\($d | f(\")\"))\"} | @base64 | $e as $f | g");
  BOOST_TEST((x.variables == std::set<std::string>{"a", "d", "e", "f"}));
  BOOST_TEST((x.names == std::set<std::string>{"as", "f", "g"}));
}

BOOST_AUTO_TEST_CASE(what_reaches_outside_is_forbidden) {
  for (auto name : {"env", "input", "inputs", "debug", "halt", "input_filename"})
    BOOST_TEST(forbidden_in(scan_jq(std::string{". | "} + name)) == name);
  BOOST_TEST(forbidden_in(scan_jq("$ENV.HOME")) == "$ENV");
  BOOST_TEST(forbidden_in(scan_jq("import \"a\" as a; .")) == "import");
  BOOST_TEST(forbidden_in(scan_jq(".env + $inputs.input + {env: 1}.env")) == "");
}

BOOST_AUTO_TEST_SUITE_END()
