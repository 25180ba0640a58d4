// SPDX-License-Identifier: Apache-2.0
#include "cli/status_line.hpp"

#include "cli/print.hpp"
#include "cli/terminal.hpp"

namespace troupe::cli {

namespace {

constexpr const char* erase = "\r\x1b[K";

} // namespace

status_line::status_line(int fd) : fd_{fd}, has_motion_{terminal_of(fd).has_motion} {}

status_line::~status_line() {
  if (!shown_.empty())
    complain("\n"); // the last numbers stay
}

void status_line::show(const std::string& text) {
  if (!has_motion_ || text == shown_)
    return;
  shown_ = text;
  complain(erase + cut(one_line(text), terminal_of(fd_).columns));
}

void status_line::say(const std::string& line) {
  auto below = std::exchange(shown_, {});
  complain((below.empty() ? "" : erase) + line);
  show(below);
}

} // namespace troupe::cli
