// SPDX-License-Identifier: Apache-2.0
// The same tests in GoogleTest. Its namespace is `testing`, so `using namespace troupe` would not
// do: there is a troupe::testing.

#include <gtest/gtest.h>
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

class Quote : public testing::Test {
protected:
  void SetUp() override {
    auto read = troupe::load_flow("quote.json", stage.steps());
    ASSERT_TRUE(read) << to_string(read.error().front());
    flow = *read;
  }
  troupe::run_result quote(const char* item) {
    return stage.run(*flow, nlohmann::json{{"item", item}});
  }

  troupe::testing::rehearsal stage{kinds_of_the_service()};
  std::optional<troupe::flow> flow;
};

TEST_F(Quote, AsksAServiceThatFailsAgainAfter20Seconds) {
  auto shaky = [](const troupe::step_input& in) -> troupe::step_output {
    if (in.host->attempt() == 1)
      throw troupe::step_error{troupe::errc::connection_failed, "no connection"};
    return {{"response", {{"price", 42}}}};
  };
  stage.stand_in_for("fetch", shaky, 2s);
  auto result = quote("tea");
  EXPECT_EQ(result.output.as_text(), "tea for 42 EUR");
  EXPECT_EQ(stage.calls()[0].params.json()["url"], "https://prices.example/tea");
  EXPECT_EQ(stage.calls()[1].at, 22s);
}

TEST_F(Quote, ComesFromTheListOfPricesWithoutTheService) {
  stage.stand_in_for_kind("http", [](const troupe::step_input&) -> troupe::step_output {
    throw troupe::step_error{troupe::errc::connection_failed, "no connection"};
  });
  auto result = quote("tea");
  EXPECT_EQ(result.output.as_text(), "tea for 40 EUR");
  EXPECT_TRUE(result.tree->children[0]->metadata.contains("fallback_triggered"));
}

} // namespace
