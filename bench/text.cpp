// SPDX-License-Identifier: Apache-2.0
// What filling in a template costs, and running a jq program.

#include "bench/measure.hpp"

namespace {

double us(troupe::engine& engine, const std::string& node, size_t count) {
  auto flow = bench::pipeline(engine, R"({"id": "first", "type": "echo", "params": {"value":
    {"user": {"name": "Ada"}, "items": [1, 2, 3]}}},)" +
                                        bench::repeated(node, count));
  std::vector<double> all;
  for (auto i = 0; i < 9; ++i)
    all.push_back(bench::time_of([&] { bench::must_succeed(engine.run(flow)); }));
  return bench::median(std::move(all)) * 1e6 / static_cast<double>(count);
}

} // namespace

int main() {
  troupe::engine engine;
  auto echo = [](const std::string& value) {
    return R"({"type": "echo", "params": {"value": )" + value + "}}";
  };
  bench::tell({"a step with a literal", us(engine, echo("1"), 1000), "us"});
  bench::tell(
    {"a step with one reference", us(engine, echo(R"("${first.user.name}")"), 1000), "us"});
  bench::tell(
    {"a step with a text of three references",
     us(engine, echo(R"("${first.user.name} has ${first.items[1]} of ${first.items}")"), 1000),
     "us"});
  bench::tell(
    {"a step of jq", us(engine, R"({"type": "jq", "params": {"program": "."}})", 300), "us"});
  auto jq = bench::pipeline(engine, R"({"type": "jq", "params": {"program": ". == null"}})");
  auto run = [&] { bench::must_succeed(engine.run(jq)); };
  bench::tell(
    {"the first run of a flow with jq, which compiles it", bench::time_of(run) * 1e6, "us"});
  bench::tell({"the second run of it", bench::time_of(run) * 1e6, "us"});
  bench::tell({"a step with a condition",
               us(engine, R"({"type": "echo", "when": ". != null", "params": {"value": 1}})", 300),
               "us"});
  bench::tell_peak();
}
