// SPDX-License-Identifier: Apache-2.0
#include "cli/leave.hpp"

#include "cli/leftovers.hpp"
#include "cli/print.hpp"

#include <unistd.h>

namespace troupe::cli {

int leave(engine& engine, int code) {
  if (engine.close(std::chrono::seconds{3}) == 0)
    return code;
  complain("troupe: left without calls that do not return\n");
  kill_leftovers();
  ::_exit(code);
}

} // namespace troupe::cli
