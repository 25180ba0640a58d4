// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/page_for_models.hpp"
#include "cli/print.hpp"
#include "troupe/flow.hpp"

namespace troupe::cli {

int execute(const schema_command& x) {
  registry kinds;
  add_built_in_steps(kinds);
  auto text = x.for_models ? page_for_models(kinds) : flow_schema(kinds, x.format).dump(2) + "\n";
  return print(text) ? exit_code::succeeded : exit_code::infrastructure;
}

} // namespace troupe::cli
