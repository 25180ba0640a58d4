// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "troupe/flow.hpp"

namespace troupe::cli {

int execute(const schema_command&) {
  registry kinds;
  add_built_in_steps(kinds);
  return print(flow_schema(kinds).dump(2) + "\n") ? exit_code::succeeded
                                                  : exit_code::infrastructure;
}

} // namespace troupe::cli
