// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/openssl.hpp"
#include "troupe/expected.hpp"

#include <string>

namespace troupe {

/// A certificate and its key, on the curve P-256.
struct identity {
  certificate_ptr certificate;
  key_ptr key;
};

/// A root that may sign nodes, and nothing that signs others; valid for 10 years. Its name is its
/// own. Fails if OpenSSL has no randomness or memory, as make_node does.
expected<identity> make_authority();

/// Both ends of connections, in the name of a host or of an IP address; valid for 825 days, but no
/// longer than its authority.
expected<identity> make_node(const std::string& name, const identity& authority);

bool is_ip_address(const std::string& name);

} // namespace troupe
