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

/// The command as a process that goes on until it is told to stop (SIGTERM), with the test at the
/// latest.
class background_command {
public:
  explicit background_command(std::vector<std::string> arguments);
  background_command(background_command&& x) noexcept;
  background_command& operator=(background_command&&) = delete;
  ~background_command();

  /// What it says first on standard error; blocks until then.
  std::string first_line();

private:
  int pid_ = -1, errors_ = -1;
};

} // namespace troupe::test
