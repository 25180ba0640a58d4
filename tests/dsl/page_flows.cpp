// SPDX-License-Identifier: Apache-2.0
#include "tests/dsl/page_flows.hpp"

#include "troupe/troupe.hpp"

// The blocks of docs/dsl.md, which the page's test looks for in this file.

using namespace troupe::dsl;
using namespace std::chrono_literals;

namespace {

definition greeting() {
  auto hello = step("hello", "template", {{"text", "Hello ${inputs.name ?? \"world\"}!"}});
  auto loud = step("loud", "jq", {{"program", "ascii_upcase"}}).when("length < 20").timeout(5s);
  return definition("greeting", hello >> loud).input("name", {.type = "string", .fallback = "Ada"});
}

troupe::step_output square(const troupe::step_input& in) {
  auto x = in.input.json().get<int>();
  return nlohmann::json(x * x);
}

troupe::value first_of(const troupe::value& results) { return results.json().at(0).at("output"); }

definition functions() {
  auto twice = [](const troupe::step_input& in) -> troupe::step_output {
    return nlohmann::json(in.input.json().get<int>() * in.param("by").json().get<int>());
  };
  auto numbers = parallel("numbers", step("square", square),
                          step("twice", troupe::inline_fn{twice}, {{"by", 2}}));
  return step("five", "echo", {{"value", 5}}) >> numbers.merge(first_of);
}

definition second_chances() {
  auto quote = step("quote", "http", {{"url", "http://127.0.0.1:1/"}})
                 .retry({.attempts = 3, .initial = 1ms, .on = {troupe::errc::connection_failed}})
                 .deadline(10s)
                 .fallback(step("cached", "read-file", {{"file_path", "no-such-cache.json"}}))
                 .fallback(step("by_hand", "echo", {{"value", 42}}));
  return quote;
}

definition titles() {
  auto title = [](const std::string& id, const std::string& text) {
    return step(id, "echo", {{"value", text}}).set("seen", written::array({id}));
  };
  auto all = parallel("titles", title("short", "Actors"), title("right", "About actors"))
               .merge(best_quality("0 - (length - 12 | fabs)"))
               .context_merge("seen", "append")
               .max_workers(2);
  return all >> step("told", "template", {{"text", "${titles}, by ${context.seen[0]}"}});
}

definition readings() {
  auto number = step("", "jq", {{"program", "tonumber"}}).retry(2);
  auto numbers = map("numbers", {"21.5", "n/a", "24"}, number).concurrently(2).tolerated("50%");
  return numbers >> step("good", "jq", {{"program", "[.results[].value | numbers]"}});
}

definition groups() {
  auto number = [](int x) { return step("", "echo", {{"value", x}}); };
  auto size = choice("size", when(". > 10", number(10)), otherwise(number(1)));
  auto grown = loop("grown", step("", "jq", {{"program", ". * 3"}})).repeat_while(". < 50");
  auto tenth = step("tenth", "jq", {{"program", ". / 10"}});
  auto whole = step("whole", "jq", {{"program", "floor"}});
  return number(12) >> size >> grown >> graph("g", {tenth, whole}, {{"tenth", "whole"}});
}

definition called() {
  auto area = definition(step("area", "jq", {{"program", "$inputs.w * $inputs.h"}}))
                .input("w", {.type = "number"})
                .input("h", {.type = "number", .fallback = 2});
  return definition("called", call("box", "area", {{"w", 4}}))
    .flow("area", area)
    .budget({.steps = 10, .duration = 1min})
    .output({{"area", "${box}"}});
}

definition wrong() {
  return definition("wrong", step("a", "ehco") >> step("b", square).max_workers(2));
}

} // namespace

namespace troupe::test {

std::map<std::string, dsl::definition> flows_of_page() {
  return {
    {"greeting", greeting()}, {"functions", functions()}, {"second_chances", second_chances()},
    {"titles", titles()},     {"readings", readings()},   {"groups", groups()},
    {"called", called()},     {"wrong", wrong()}};
}

} // namespace troupe::test
