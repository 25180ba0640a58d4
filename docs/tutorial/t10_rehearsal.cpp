// SPDX-License-Identifier: Apache-2.0
// A flow that is tried without its services, in virtual time.

#include <troupe/testing.hpp>

#include <iostream>

using namespace std::chrono_literals;

/// A service that takes 2 s, and answers only the third time.
troupe::step_output shaky_service(const troupe::step_input& in) {
  if (in.host->attempt() < 3)
    throw troupe::step_error{troupe::errc::connection_failed, "no connection"};
  return {{"response", {{"price", 42}}}};
}

int main() {
  troupe::testing::rehearsal stage;
  stage.stand_in_for("fetch", shaky_service, 2s);
  auto flow = troupe::load_flow("t10_quote.json", stage.steps());
  if (!flow)
    return 3;
  auto result = stage.run(*flow);
  for (auto& x : stage.calls())
    std::cout << x.at / 1s << " s: " << x.path << ", attempt " << x.attempt << "\n";
  std::cout << result.duration / 1s << " s: " << result.output.as_text() << "\n";
}
