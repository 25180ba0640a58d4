// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

struct cache_fixture : run_fixture {
  int runs = 0;
  cache_fixture() {
    kinds.add_inline("count", [this](const step_input& in) -> step_output {
      step_output out = {{"run", ++runs}, {"in", in.input.json()}};
      out.metrics = {{"cost_usd", 0.5}};
      out.changes["k"] = value{json(runs)};
      if (in.param("fail") == value{json(true)})
        throw std::runtime_error{"boom"};
      return out;
    });
  }
  const run_result& again() {
    start_again();
    return finish_all();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(cache_suite, cache_fixture)

BOOST_AUTO_TEST_CASE(a_known_result_is_given_without_running_and_costs_nothing) {
  run_all("{'id': 'a', 'type': 'count', 'cache': {}}");
  again();
  BOOST_TEST(runs == 1);
  BOOST_TEST(output()["run"] == 1);
  BOOST_TEST(result->metrics.json().empty());
  BOOST_TEST(node(0).metadata.at("cached").json() == true);
  BOOST_TEST(node(0).metadata.at("saved").json().at("cost_usd") == 0.5);
  BOOST_TEST(result->context.json() == json({{"k", 1}})); // what it changes, it changes again
}

BOOST_AUTO_TEST_CASE(another_input_or_param_is_another_result) {
  auto flow = [](int n) {
    return "{'id': 'n', 'type': 'echo', 'params': {'value': " + std::to_string(n) +
           "}}, {'id': 'a', 'type': 'count', 'cache': {}}";
  };
  run_all(flow(1));
  run_all(flow(2));
  BOOST_TEST(runs == 2);
  run_all("{'id': 'n', 'type': 'echo', 'params': {'value': 2}}, {'id': 'a', 'type': 'count', "
          "'params': {'x': '${n}'}, 'cache': {}}");
  BOOST_TEST(runs == 3);
}

BOOST_AUTO_TEST_CASE(a_key_of_its_own_decides_alone) {
  auto flow = [](int n) {
    return "{'id': 'n', 'type': 'echo', 'params': {'value': {'id': 7, 'n': " + std::to_string(n) +
           "}}}, {'id': 'a', 'type': 'count', 'cache': {'key': '${previous.id}'}}";
  };
  run_all(flow(1));
  run_all(flow(2));
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(nodes_of_called_flows_have_keys_of_their_own) {
  auto flow = "'flows': {'f': {'pipeline': [{'id': 'a', 'type': 'jq', 'params': {'program': '2'}, "
              "'cache': {'key': 'x'}}]}}, 'output': '${a} ${c}',";
  run_all("{'id': 'a', 'type': 'jq', 'params': {'program': '1'}, 'cache': {'key': 'x'}}, "
          "{'id': 'c', 'call': 'f'}",
          flow);
  BOOST_TEST(output() == "1 2");
}

BOOST_AUTO_TEST_CASE(failures_are_never_kept) {
  run_all("{'id': 'a', 'type': 'count', 'params': {'fail': true}, 'cache': {}}");
  again();
  BOOST_TEST(runs == 2);
}

BOOST_AUTO_TEST_CASE(a_cache_that_does_not_work_costs_only_its_use) {
  struct broken final : result_cache {
    expected<std::optional<value>> find(const std::string&) override {
      return failure(errc::file_error, "no disk");
    }
    expected<void> keep(const std::string&, const value&, std::optional<duration>) override {
      return failure(errc::file_error, "no disk");
    }
  };
  cache = std::make_shared<broken>();
  run_all("{'id': 'a', 'type': 'count', 'cache': {'ttl': '1h'}}");
  BOOST_TEST(status_of(*result) == "succeeded");
  BOOST_TEST(node(0).metadata.contains("cache_warning"));
}

BOOST_AUTO_TEST_CASE(what_a_program_reads_belongs_to_its_key) {
  inputs = {{"n", 1}};
  run_all("{'id': 'a', 'type': 'jq', 'params': {'program': '$inputs.n'}, 'cache': {}}");
  inputs = {{"n", 2}};
  again();
  BOOST_TEST(output() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
