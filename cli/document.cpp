// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace troupe::cli {

expected<reading_options, std::string> reading(const document_options& x) {
  reading_options out{.format = x.format, .stub_unknown = x.stub_unknown};
  if (x.types.empty())
    return out;
  std::ifstream in{x.types, std::ios::binary};
  if (in)
    out.types.assign(std::istreambuf_iterator<char>{in}, {});
  if (!in)
    return unexpected<std::string>{"cannot read " + x.types + ": " + std::strerror(errno)};
  out.types_name = x.types;
  if (out.types.empty())
    return unexpected<std::string>{x.types + " is empty"};
  return out;
}

expected<flow, int> read_flow(const std::string& file, const document_options& x,
                              const registry& kinds) {
  auto options = reading(x);
  if (!options) {
    complain("troupe: " + options.error() + "\n");
    return unexpected<int>{exit_code::usage};
  }
  auto flow = load_flow(file, kinds, *options);
  complain(flow ? flow->warnings() : flow.error());
  if (!flow)
    return unexpected<int>{exit_code::invalid_flow};
  return *flow;
}

} // namespace troupe::cli
