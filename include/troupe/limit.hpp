// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

namespace troupe {

/// A shared bound of rate and concurrency: a step that names it waits for a permit.
struct limit {
  std::optional<double> rate = {}; ///< permits a second, above 0; nothing: any
  double burst = 1;                ///< permits that are saved up while nobody wants one, at least 1
  size_t concurrency = 0;          ///< permits out at a time; 0: any
  friend bool operator==(const limit&, const limit&) = default;
};

} // namespace troupe
