// SPDX-License-Identifier: Apache-2.0
// Secrets from a vault: asked for once a run, by name, and told to nobody.

#include <troupe/troupe.hpp>

#include <iostream>
#include <map>

int main() {
  std::map<std::string, std::string> vault{{"API_KEY", "open-sesame"}};
  auto from_vault = [&](const std::string& name) -> std::optional<std::string> {
    auto found = vault.find(name);
    return found == vault.end() ? std::nullopt : std::optional{found->second};
  };
  troupe::engine engine;
  engine.steps().add("log_in", [](const troupe::step_input& in) -> troupe::step_output {
    auto key = in.param("key").as_text();
    throw troupe::step_error{troupe::errc::denied, "the service does not know " + key};
  });
  auto flow = engine.parse(R"({"troupe": 1, "secrets": ["API_KEY"], "pipeline": [
    {"id": "enter", "type": "log_in", "params": {"key": "${secret.API_KEY}"}}]})");
  if (!flow)
    return 3;
  std::cout << engine.run(*flow, {}, {.secret = from_vault}).error->message << "\n";
  vault.clear();
  std::cout << engine.run(*flow, {}, {.secret = from_vault}).error->message << "\n";
}
