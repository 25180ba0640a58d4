// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/cluster.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/fwd.hpp>

#include <string>

namespace troupe {

/// All that crosses nodes: items as bytes (cluster/frame.hpp), which are read by our own decoder.
struct envelope {
  std::string bytes;
  bool goes_on = false; ///< the next one holds more of the same items
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, envelope& x) {
  return f(x.bytes, x.goes_on);
}

void add_envelope(caf::actor_system_config& config);

} // namespace troupe
