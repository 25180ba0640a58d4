// SPDX-License-Identifier: Apache-2.0
// An asynchronous step over a client that calls back: the step holds no thread while it waits.

#include <troupe/troupe.hpp>

#include <functional>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace {

/// Stands for any client that answers later, from a thread of its own.
class weather_client {
public:
  using answer = std::function<void(std::optional<int> degrees)>;
  void ask(const std::string& city, answer call_back) {
    std::lock_guard mine{lock_}; // steps ask at the same time
    threads_.emplace_back(
      [city, call_back] { call_back(city == "Bonn" ? std::optional{21} : std::nullopt); });
  }

private:
  std::mutex lock_;
  std::vector<std::jthread> threads_;
};

troupe::async_fn weather_step(weather_client& client) {
  return [&client](const troupe::step_input& in, troupe::promise answer) {
    auto city = in.param("city").as_text();
    auto stop = in.stop;
    client.ask(city, [=](std::optional<int> degrees) {
      if (stop.stop_requested())
        answer.fail({troupe::errc::cancelled, "nobody wants to know any more"});
      else if (degrees)
        answer.succeed({{"city", city}, {"degrees", *degrees}});
      else
        answer.fail({troupe::errc::connection_failed, "no weather from " + city, true});
    });
  };
}

} // namespace

int main() {
  weather_client client; // lives longer than the engine, whose steps use it
  troupe::engine engine;
  engine.steps().add_async("weather", weather_step(client));
  auto flow = engine.parse(R"({"troupe": 1, "pipeline": [
    {"id": "both", "on_error": "continue", "merge": "by_name", "parallel": {
      "here": {"type": "weather", "params": {"city": "Bonn"}},
      "there": {"type": "weather", "params": {"city": "Atlantis"}}}},
    {"type": "template", "params": {"text": "${both}; ${steps.both.metadata.errors[0].message}"}}]})");
  if (!flow)
    return 3;
  std::cout << engine.run(*flow).output.as_text() << "\n";
}
