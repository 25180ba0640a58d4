// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace troupe::test {

struct ended_command {
  int code;
  std::string out, err;
};

/// Runs the command as a process. `out`: where its standard output goes, `closed` for nowhere;
/// empty: to the result.
ended_command command(const std::vector<std::string>& arguments, const std::string& input = {},
                      const std::string& out = {});

/// Runs it until each of these files is there and holds a line, then sends it SIGINT; `twice`:
/// again, once it has said that it heard the first.
ended_command interrupted(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& files, bool twice = false);

} // namespace troupe::test
