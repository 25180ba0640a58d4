// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/flows.hpp"
#include "troupe/engine.hpp"

#include <boost/test/unit_test.hpp>

namespace troupe::test {

/// A real engine, with threads and processes, and flows written in the test.
struct engine_fixture {
  explicit engine_fixture(engine_options options = {}) : engine{std::move(options)} {}

  flow nodes(const std::string& text, const std::string& more = "") {
    return must_parse("{'troupe': 1, 'name': 'test', " + more + " 'pipeline': [" + text + "]}",
                      engine.steps());
  }
  run_result run(const std::string& text, value inputs = {}) {
    return engine.run(nodes(text), std::move(inputs));
  }
  /// The output of a run that must succeed.
  nlohmann::json output_of(const std::string& text, value inputs = {}) {
    auto result = run(text, std::move(inputs));
    BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : "no error"));
    return result.output.json();
  }
  /// The error of a run that must fail.
  error error_of(const std::string& text, value inputs = {}) {
    auto result = run(text, std::move(inputs));
    BOOST_REQUIRE_MESSAGE(result.error, result.output.dump());
    return *result.error;
  }

  troupe::engine engine;
};

} // namespace troupe::test
