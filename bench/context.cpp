// SPDX-License-Identifier: Apache-2.0
// A context of 10,000 keys goes to 1,000 branches, each of which changes some of it.

#include "bench/measure.hpp"

int main() {
  constexpr size_t branches = 1000, keys = 10'000;
  troupe::engine engine;
  auto context = nlohmann::json::object();
  for (size_t i = 0; i < keys; ++i)
    context["key" + std::to_string(i)] = {{"value", i}};
  auto flow_with = [&](const nlohmann::json& begin, bool changes) {
    std::string nodes;
    for (size_t i = 0; i < branches; ++i)
      nodes += std::string{i > 0 ? "," : ""} + R"({"type": "echo")" +
               (changes ? R"(, "set": {"key)" + std::to_string(i) + R"(": "changed"})" : "") + "}";
    return bench::pipeline(engine, R"({"parallel": [)" + nodes + "]}",
                           R"("context": )" + begin.dump() + ", ");
  };
  auto us = [&](const troupe::flow& flow) {
    std::vector<double> all;
    for (auto i = 0; i < 15; ++i)
      all.push_back(bench::time_of([&] { bench::must_succeed(engine.run(flow)); }));
    return bench::median(std::move(all)) * 1e6 / branches;
  };
  bench::tell(
    {"a branch that sees no context", us(flow_with(nlohmann::json::object(), false)), "us"});
  bench::tell({"a branch that sees 10,000 keys", us(flow_with(context, false)), "us"});
  bench::tell(
    {"a branch that changes one of 10,000 keys, merged", us(flow_with(context, true)), "us"});
  bench::tell_peak();
}
