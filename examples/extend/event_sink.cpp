// SPDX-License-Identifier: Apache-2.0
// A sink for events: everything that happens in a run, in order, as one line each.

#include <troupe/troupe.hpp>

#include <future>
#include <iostream>

int main() {
  troupe::engine engine;
  auto flow = engine.parse(R"({"troupe": 1, "name": "quote", "pipeline": [
    {"id": "ask", "type": "fail", "params": {"message": "no answer"},
     "retry": {"attempts": 2, "initial": 0},
     "fallback": {"id": "guess", "type": "echo", "params": {"value": 42}}}]})");
  if (!flow)
    return 3;
  std::promise<void> told;
  auto listen = [&](const troupe::event& x) { // called in order, from one thread at a time
    std::cout << x.number << " " << (x.path.empty() ? "the run" : x.path) << " "
              << to_string(x.type);
    if (x.data.contains("status"))
      std::cout << ": " << x.data.at("status").get<std::string>();
    std::cout << "\n";
    if (x.type == troupe::event_type::run_finished)
      told.set_value();
  };
  auto run = engine.submit(*flow, {}, {.run_id = "example", .on_event = listen});
  auto result = run.result();
  told.get_future().wait(); // the last event may come after the result
  std::cout << result.output.dump() << "\n";
}
