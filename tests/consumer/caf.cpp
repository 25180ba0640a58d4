// SPDX-License-Identifier: Apache-2.0
// A service that runs CAF: one of its actors is a step.
#include <troupe/caf.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <iostream>

struct service_config : caf::actor_system_config {
  service_config() { troupe::add_message_types(*this); }
};

caf::behavior greeter(caf::event_based_actor*, const std::string& greeting) {
  return {[=](const troupe::step_request& x) {
    return troupe::step_reply{.output = troupe::value{nlohmann::json(
                                greeting + x.params.json().at("name").get<std::string>())}};
  }};
}

int main() {
  service_config config;
  caf::actor_system system{config};
  auto actor = system.spawn(greeter, "hello, ");
  {
    troupe::engine engine{system};
    engine.steps().add(troupe::actor_step("greet", actor));
    auto flow = engine.parse(
      R"({"troupe": 1, "pipeline": [{"type": "greet", "params": {"name": "world"}}]})");
    if (!flow)
      return 1;
    std::cout << engine.run(*flow).output.as_text() << "\n";
  }
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}
