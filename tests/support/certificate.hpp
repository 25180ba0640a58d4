// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace troupe::test {

/// Writes a key and a certificate that it signs itself, for `name` and 127.0.0.1, as PEM files.
void make_certificate(const std::string& certificate_file, const std::string& key_file,
                      const std::string& name);

} // namespace troupe::test
