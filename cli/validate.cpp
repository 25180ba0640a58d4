// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "troupe/flow.hpp"

namespace troupe::cli {

int execute(const validate_command& x) {
  registry kinds;
  add_built_in_steps(kinds);
  auto code = exit_code::succeeded;
  for (auto& file : x.flows) {
    auto flow = load_flow(file, kinds);
    complain(flow ? flow->warnings() : flow.error());
    auto warnings = flow ? flow->warnings().size() : 0;
    if (!flow)
      code = exit_code::invalid_flow;
    else if (!print(file + ": valid" +
                    (warnings > 0 ? ", " + std::to_string(warnings) + " warnings\n" : "\n")))
      return exit_code::infrastructure;
  }
  return code;
}

} // namespace troupe::cli
