// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "troupe/flow.hpp"

namespace troupe::cli {

namespace {

nlohmann::json as_json(const diagnostic& x) {
  return {{"file", x.file},    {"severity", x.severity == severity::error ? "error" : "warning"},
          {"code", x.code},    {"message", x.message},
          {"hint", x.hint},    {"pointer", x.pointer},
          {"line", x.line},    {"column", x.column},
          {"length", x.length}};
}

} // namespace

int execute(const validate_command& x) {
  registry kinds;
  add_built_in_steps(kinds);
  auto code = exit_code::succeeded;
  auto found = nlohmann::json::array();
  for (auto& file : x.flows) {
    auto flow = load_flow(file, kinds);
    auto& problems = flow ? flow->warnings() : flow.error();
    if (!flow)
      code = exit_code::invalid_flow;
    for (auto& problem : problems)
      found.push_back(as_json(problem));
    if (x.format == "json")
      continue;
    complain(problems);
    auto count = problems.size();
    if (flow && !print(file + ": valid" +
                       (count > 0 ? ", " + std::to_string(count) + " warnings\n" : "\n")))
      return exit_code::infrastructure;
  }
  if (x.format == "json" && !print(indented(value{found})))
    return exit_code::infrastructure;
  return code;
}

} // namespace troupe::cli
