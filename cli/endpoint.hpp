// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace troupe::cli {

struct endpoint {
  std::string host; ///< a name or an IP address, without brackets
  uint16_t port = 0;
};

/// Reads `host:port`, `10.0.0.5:4242`, `[fd00::1]:4242`; nothing for anything else.
std::optional<endpoint> read_endpoint(const std::string& text);

/// Whether a worker can be reached there: an endpoint whose port is not 0.
bool is_reachable_name(const std::string& text);

} // namespace troupe::cli
