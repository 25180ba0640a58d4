// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "cli/sarif.hpp"

namespace troupe::cli {

namespace {

nlohmann::json as_json(const diagnostic& x) {
  return {{"file", x.file},    {"severity", x.severity == severity::error ? "error" : "warning"},
          {"code", x.code},    {"message", x.message},
          {"hint", x.hint},    {"pointer", x.pointer},
          {"line", x.line},    {"column", x.column},
          {"length", x.length}};
}

bool tell(const std::string& file, const diagnostics& problems, bool is_valid) {
  complain(problems);
  auto count = problems.size();
  auto warnings = count == 1 ? ", 1 warning" : ", " + std::to_string(count) + " warnings";
  return !is_valid || print(file + ": valid" + (count > 0 ? warnings : "") + "\n");
}

bool report(const std::string& format, const diagnostics& all) {
  if (format == "human")
    return true;
  auto found = nlohmann::json::array();
  for (auto& problem : all)
    found.push_back(as_json(problem));
  return print(indented(value{format == "sarif" ? sarif(all) : std::move(found)}));
}

} // namespace

int execute(const validate_command& x) {
  registry kinds;
  add_built_in_steps(kinds);
  auto options = reading(x.documents);
  if (!options) {
    complain("troupe: " + options.error() + "\n");
    return exit_code::usage;
  }
  auto code = exit_code::succeeded;
  diagnostics all;
  for (auto& file : x.flows) {
    auto flow = load_flow(file, kinds, *options);
    auto& problems = flow ? flow->warnings() : flow.error();
    if (!flow)
      code = exit_code::invalid_flow;
    all.insert(all.end(), problems.begin(), problems.end());
    if (x.format == "human" && !tell(file, problems, flow.has_value()))
      return exit_code::infrastructure;
  }
  return report(x.format, all) ? code : exit_code::infrastructure;
}

} // namespace troupe::cli
