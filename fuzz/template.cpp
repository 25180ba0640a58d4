// SPDX-License-Identifier: Apache-2.0
#include "config/template/rename.hpp"

/// A template that is written again means the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text{reinterpret_cast<const char*>(data), size};
  auto read = troupe::plan::parse_template(text);
  if (!read)
    return 0;
  auto same = [](const troupe::plan::reference&) { return std::optional<std::string>{}; };
  auto written = troupe::plan::renamed(text, same);
  auto again = troupe::plan::parse_template(written);
  if (!again || again->parts.size() != read->parts.size())
    __builtin_trap();
  return 0;
}
