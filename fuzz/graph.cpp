// SPDX-License-Identifier: Apache-2.0
#include "fuzz/kinds.hpp"
#include "troupe/flow.hpp"

/// What is converted is a document, and reads as the one that it was made from.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  for (auto format : {"graph", "chain", "blueprint"}) {
    troupe::reading_options options{.format = format, .stub_unknown = true};
    auto converted = troupe::convert_text(text, "flow.json", options);
    if (!converted)
      continue;
    auto direct = troupe::parse_flow(text, troupe::fuzz::kinds(), "flow.json", options);
    auto again = troupe::parse_flow(converted->text, troupe::fuzz::kinds(), "flow.json",
                                    {.format = "native", .stub_unknown = true});
    if (direct.has_value() != again.has_value())
      __builtin_trap();
  }
  return 0;
}
