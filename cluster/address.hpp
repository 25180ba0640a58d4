// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"
#include "troupe/expected.hpp"

#include <cstdint>
#include <string>

namespace troupe {

/// Where a node listens.
struct address {
  std::string host; ///< a name, or an IP address without brackets
  uint16_t port = 0;

  /// `host:port`, `[::1]:port`; invalid_input for anything else.
  static expected<address> from(const std::string& text);
  std::string text() const;
};

/// Whether nobody but this machine can be there: 127.0.0.0/8, ::1 and `localhost`.
bool is_loopback(const std::string& host);

/// Tries to make a connection, for as long as `limit`; empty: it can be made, else why not. Blocks.
/// What CAF is asked to connect to answers, then: it waits without end, and for one at a time.
std::string problem_of_connecting(const address& to, duration limit);

} // namespace troupe
