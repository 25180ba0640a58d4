// SPDX-License-Identifier: Apache-2.0
#include "cluster/tls_check.hpp"

#include "cluster/authority.hpp"
#include "cluster/pem_file.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace troupe {

namespace {

unexpected<error> refused(const std::string& file, const std::string& wanted,
                          const std::string& found) {
  return failure(errc::invalid_input, file + ": wanted " + wanted + ", found " + found +
                                        "; make a new one with `troupe cluster certs`");
}

/// A node's certificate: it may not make others.
expected<void> check_node(const std::string& file, X509* x, wall_time now) {
  if (X509_check_ca(x) != 0)
    return refused(file, "the certificate of a node", "that of an authority");
  for (auto [purpose, name] :
       {std::pair{X509_PURPOSE_SSL_SERVER, "serverAuth"}, {X509_PURPOSE_SSL_CLIENT, "clientAuth"}})
    if (X509_check_purpose(x, purpose, 0) != 1)
      return refused(file, "a certificate for both ends of a connection",
                     std::string{"one without "} + name);
  return check_time(file, x, now);
}

expected<void> check_signature(const tls_files& files, X509* x, X509* authority) {
  auto is_signed = X509_check_issued(authority, x) == X509_V_OK &&
                   X509_verify(x, X509_get0_pubkey(authority)) == 1;
  ERR_clear_error();
  if (!is_signed)
    return refused(files.certificate, "a certificate that " + files.authority + " has signed",
                   "one of another authority");
  return {};
}

expected<void> check_pair(const tls_files& files, X509* x, EVP_PKEY* key) {
  if (!belong_together(x, key))
    return refused(files.key, "the key of " + files.certificate, "that of another certificate");
  return {};
}

} // namespace

expected<void> check(const tls_files& files, wall_time now) {
  auto key = read_private_key(files.key);
  if (!key)
    return unexpected{key.error()};
  auto certificate = read_certificate(files.certificate);
  if (!certificate)
    return unexpected{certificate.error()};
  auto authority = read_authority(files.authority, now);
  if (!authority)
    return unexpected{authority.error()};
  auto x = certificate->get();
  return check_node(files.certificate, x, now)
    .and_then([&] { return check_signature(files, x, authority->get()); })
    .and_then([&] { return check_pair(files, x, key->get()); });
}

} // namespace troupe
