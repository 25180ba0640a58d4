// SPDX-License-Identifier: Apache-2.0
// A sink for what steps log: it goes wherever the service's own log goes.

#include <troupe/troupe.hpp>

#include <future>
#include <iostream>

int main() {
  troupe::engine engine;
  engine.steps().add("import", [](const troupe::step_input& in) -> troupe::step_output {
    in.log("info", "reading 3 rows");
    in.log("warning", "row 2 has no name");
    return {{"rows", 3}};
  });
  auto flow = engine.parse(R"({"troupe": 1, "pipeline": [{"id": "customers", "type": "import"}]})");
  if (!flow)
    return 3;
  std::promise<void> told;
  auto to_log = [&](const troupe::event& x) {
    if (x.type == troupe::event_type::step_log)
      std::cout << x.data.at("level").get<std::string>() << " " << x.path << ": "
                << x.data.at("message").get<std::string>() << "\n";
    if (x.type == troupe::event_type::run_finished)
      told.set_value(); // the last event may come after the result
  };
  auto result = engine.run(*flow, {}, {.on_event = to_log});
  told.get_future().wait();
  std::cout << result.output.dump() << "\n";
}
