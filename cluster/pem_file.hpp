// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/openssl.hpp"
#include "troupe/expected.hpp"

#include <string>

// Files in PEM format: exactly what is wanted stands in them, or they are refused (invalid_input;
// denied if it is a matter of permissions).
namespace troupe {

/// The only certificate in a file that holds nothing else. A private key beside it would be read by
/// everybody.
expected<certificate_ptr> read_certificate(const std::string& file);

/// The only private key in a file. Nobody but its owner may have any right to the file, and the
/// owner is this process's user or root. It is not encrypted: nobody is there to be asked for a
/// passphrase.
expected<key_ptr> read_private_key(const std::string& file);

bool belong_together(const X509* certificate, const EVP_PKEY* key);

} // namespace troupe
