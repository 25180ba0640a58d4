// SPDX-License-Identifier: Apache-2.0
// A service that runs CAF: the engine uses its system, an actor of it is a step, a flow is an
// actor.

#include <troupe/caf.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <iostream>

namespace {

struct service_config : caf::actor_system_config {
  service_config() { troupe::add_message_types(*this); } // before the system is made
};

caf::behavior price_list(caf::event_based_actor*, int price) {
  return {[=](const troupe::step_request& x) -> caf::result<troupe::step_reply> {
    if (x.params.json().value("item", "") != "tea")
      return caf::make_error(caf::sec::invalid_argument, "this is not sold here");
    return troupe::step_reply{.output = nlohmann::json{{"price", price}}};
  }};
}

} // namespace

int main() {
  service_config config;
  caf::actor_system system{config};
  troupe::engine engine{system}; // its actors run on the service's threads
  auto prices = system.spawn(price_list, 3);
  engine.steps().add(troupe::actor_step("price", prices));
  auto flow = engine.parse(R"({"troupe": 1, "pipeline": [
    {"id": "ask", "type": "price", "params": {"item": "${inputs.item}"}},
    {"type": "template", "params": {"text": "${inputs.item} for ${ask.price} EUR"}}]})");
  if (!flow)
    return 3;
  auto seller = troupe::spawn_flow(engine, *flow);
  caf::scoped_actor self{system};
  for (auto item : {"tea", "gold"}) {
    self->send(seller, troupe::run_request{nlohmann::json{{"item", item}}});
    self->receive([](const troupe::run_reply& x) {
      auto& result = x.result.json();
      std::cout << result["status"] << ": " << result["output"] << "\n";
    });
  }
  self->send_exit(prices, caf::exit_reason::user_shutdown);
}
