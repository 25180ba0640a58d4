// SPDX-License-Identifier: Apache-2.0
#include "fuzz/kinds.hpp"
#include "troupe/flow.hpp"

/// Any text is a flow or is refused, and what is refused says why.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  auto read = troupe::parse_flow(text, troupe::fuzz::kinds(), "flow.yaml");
  if (!read && read.error().empty())
    __builtin_trap();
  return 0;
}
