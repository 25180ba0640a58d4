// SPDX-License-Identifier: Apache-2.0
// A run that is under way: it waits for a signal, which the service sends; another is cancelled.

#include <troupe/troupe.hpp>

#include <iostream>

int main() {
  troupe::engine engine;
  auto flow = engine.parse(R"({"troupe": 1, "pipeline": [
    {"id": "approval", "wait": {"signal": "approve", "schema": {"type": "string"}}},
    {"type": "template", "params": {"text": "published by ${approval}"}}]})");
  if (!flow)
    return 3;
  auto run = engine.submit(*flow);
  if (auto refused = run.signal("approve", nlohmann::json(7)); !refused)
    std::cout << to_string(refused.error().code) << ": " << refused.error().message << "\n";
  if (auto sent = run.signal("approve", "Ada"); sent)
    std::cout << run.result().output.as_text() << "\n";

  auto unwanted = engine.submit(*flow);
  unwanted.cancel();
  std::cout << to_string(unwanted.result().status) << "\n";
}
