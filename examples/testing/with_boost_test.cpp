// SPDX-License-Identifier: Apache-2.0
// The tests of a service, in Boost.Test: its flow runs without the services that it asks.

#define BOOST_TEST_MODULE quote
#include <boost/test/unit_test.hpp>
#include <troupe/testing.hpp>

using namespace std::chrono_literals;

namespace {

/// The kinds that the service adds to the built-in ones.
troupe::registry kinds_of_the_service() {
  troupe::registry kinds;
  troupe::add_built_in_steps(kinds);
  kinds.add("price_list", [](const troupe::step_input&) -> troupe::step_output {
    return {{"response", {{"price", 40}}}};
  });
  return kinds;
}

struct quote_fixture {
  troupe::testing::rehearsal stage{kinds_of_the_service()};

  troupe::run_result quote(const char* item) {
    auto flow = troupe::load_flow("quote.json", stage.steps());
    BOOST_REQUIRE(flow);
    return stage.run(*flow, nlohmann::json{{"item", item}});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(quote_suite, quote_fixture)

BOOST_AUTO_TEST_CASE(a_service_that_fails_is_asked_again_after_20_seconds) {
  auto shaky = [](const troupe::step_input& in) -> troupe::step_output {
    if (in.host->attempt() == 1)
      throw troupe::step_error{troupe::errc::connection_failed, "no connection"};
    return {{"response", {{"price", 42}}}};
  };
  stage.stand_in_for("fetch", shaky, 2s);
  auto result = quote("tea");
  BOOST_TEST(result.output.as_text() == "tea for 42 EUR");
  BOOST_TEST(stage.calls()[0].params.json()["url"] == "https://prices.example/tea");
  BOOST_TEST((stage.calls()[1].at == 22s));
}

BOOST_AUTO_TEST_CASE(without_the_service_the_list_of_prices_answers) {
  stage.stand_in_for_kind("http", [](const troupe::step_input&) -> troupe::step_output {
    throw troupe::step_error{troupe::errc::connection_failed, "no connection"};
  });
  auto result = quote("tea");
  BOOST_TEST(result.output.as_text() == "tea for 40 EUR");
  BOOST_TEST(result.tree->children[0]->metadata.contains("fallback_triggered"));
}

BOOST_AUTO_TEST_SUITE_END()
