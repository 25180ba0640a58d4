// SPDX-License-Identifier: Apache-2.0
#include "cli/leftovers.hpp"

#include <sys/types.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace troupe::cli {

void kill_leftovers() {
  std::error_code ignored;
  for (auto& thread : std::filesystem::directory_iterator{"/proc/self/task", ignored}) {
    std::ifstream children{thread.path() / "children"};
    for (pid_t child = 0; children >> child;)
      ::kill(-child, SIGKILL); // `shell` makes each the leader of a group
  }
}

} // namespace troupe::cli
