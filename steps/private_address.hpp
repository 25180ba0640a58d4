// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <string>

namespace troupe::steps {

/// Whether an address leads to this machine, a private network, or nowhere that a service on the
/// internet is: what a URL from outside must not reach. IPv4 addresses that IPv6 ones carry count.
/// An unknown family does too. Source: IANA's special-purpose address registries (RFC 6890).
bool is_private(const sockaddr& x);

/// The same for an address as text; what is none is private.
bool is_private(const std::string& address);

} // namespace troupe::steps
