// SPDX-License-Identifier: Apache-2.0
#include "fuzz/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return troupe::fuzz::read(data, size, "flow.json");
}
