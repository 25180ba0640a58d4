// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fuzz/kinds.hpp"
#include "troupe/flow.hpp"

#include <string_view>

namespace troupe::fuzz {

/// Any text is a flow or is refused, and what is refused says why, for people too.
inline int read(const uint8_t* data, size_t size, const char* name) {
  auto flow = parse_flow({reinterpret_cast<const char*>(data), size}, kinds(), name);
  if (flow)
    return 0;
  if (flow.error().empty())
    __builtin_trap();
  for (auto& x : flow.error())
    if (to_string(x).empty())
      __builtin_trap();
  return 0;
}

} // namespace troupe::fuzz
