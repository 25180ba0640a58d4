// SPDX-License-Identifier: Apache-2.0
#include "cli/print.hpp"

#include "cli/terminal.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace troupe::cli {

namespace {

/// 0, or what went wrong.
int write_fully(int fd, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    auto count = ::write(fd, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0 && errno == EAGAIN) {
      pollfd until{fd, POLLOUT, 0};
      ::poll(&until, 1, -1);
      continue;
    }
    if (count < 0)
      return errno;
    done += static_cast<size_t>(count);
  }
  return 0;
}

} // namespace

bool print(const std::string& text) {
  auto problem = write_fully(STDOUT_FILENO, text);
  if (problem != 0)
    complain("troupe: cannot write to standard output: " + std::string{std::strerror(problem)} +
             "\n");
  return problem == 0;
}

void complain(const std::string& text) { static_cast<void>(write_fully(STDERR_FILENO, text)); }

void complain(const error& x) { complain("troupe: " + harmless(x.message) + "\n"); }

void complain(const std::vector<diagnostic>& all) {
  std::string text;
  for (auto& x : all)
    text += harmless(to_string(x));
  auto errors =
    std::count_if(all.begin(), all.end(), [](auto& x) { return x.severity == severity::error; });
  auto warnings = static_cast<std::ptrdiff_t>(all.size()) - errors;
  auto counted = [](auto n, const char* what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
  };
  if (errors > 0)
    text +=
      counted(errors, "error") + (warnings > 0 ? ", " + counted(warnings, "warning") : "") + "\n";
  complain(text);
}

std::string indented(const value& x) {
  return x.json().dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace troupe::cli
