// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace bench {

/// The layered graph that all are measured on: the nodes before a node, in the layer of 100 before
/// its own. Two, or three; 2.5 on average.
inline std::vector<size_t> before(size_t node) {
  constexpr size_t width = 100;
  std::vector<size_t> all;
  for (size_t k = 0; node >= width && k < 2 + node % 2; ++k)
    all.push_back((node / width - 1) * width + (node + k * 7) % width);
  return all;
}

} // namespace bench
