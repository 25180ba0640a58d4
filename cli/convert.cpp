// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"

namespace troupe::cli {

int execute(const convert_command& x) {
  auto converted = convert_flow(x.flow, {.format = x.format});
  complain(converted ? converted->warnings : converted.error());
  if (!converted)
    return exit_code::invalid_flow;
  return print(converted->text) ? exit_code::succeeded : exit_code::infrastructure;
}

} // namespace troupe::cli
