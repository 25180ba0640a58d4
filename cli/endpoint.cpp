// SPDX-License-Identifier: Apache-2.0
#include "cli/endpoint.hpp"

#include <charconv>

namespace troupe::cli {

std::optional<endpoint> read_endpoint(const std::string& text) {
  auto end = text.rfind(':');
  if (end == text.npos)
    return {};
  endpoint x{.host = text.substr(0, end)};
  auto last = text.data() + text.size();
  auto [rest, problem] = std::from_chars(text.data() + end + 1, last, x.port);
  if (problem != std::errc{} || rest != last)
    return {};
  auto in_brackets = x.host.size() > 2 && x.host.front() == '[' && x.host.back() == ']';
  if (in_brackets)
    x.host = x.host.substr(1, x.host.size() - 2);
  if (x.host.empty() || x.host.find_first_of("[]/@ \t\n") != x.host.npos ||
      (x.host.find(':') != x.host.npos) != in_brackets)
    return {};
  return x;
}

bool is_reachable_name(const std::string& text) {
  auto x = read_endpoint(text);
  return x && x->port != 0;
}

} // namespace troupe::cli
