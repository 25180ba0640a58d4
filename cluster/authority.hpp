// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/openssl.hpp"
#include "troupe/expected.hpp"
#include "troupe/step_result.hpp"

#include <string>

namespace troupe {

/// The authority in a file: the certificate of a root that may sign others and is valid.
/// invalid_input otherwise; denied if the file may not be read.
expected<certificate_ptr> read_authority(const std::string& file, wall_time now);

/// Whether a certificate has begun to be valid and has not ended; invalid_input, naming `file`.
expected<void> check_time(const std::string& file, const X509* x, wall_time now);

} // namespace troupe
