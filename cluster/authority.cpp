// SPDX-License-Identifier: Apache-2.0
#include "cluster/authority.hpp"

#include "cluster/pem_file.hpp"

#include <openssl/x509v3.h>

#include <ctime>

namespace troupe {

namespace {

std::string text_of(const ASN1_TIME* x) {
  std::tm parts{};
  return ASN1_TIME_to_tm(x, &parts) == 1
           ? to_iso8601(std::chrono::system_clock::from_time_t(::timegm(&parts)))
           : "a time that cannot be read";
}

} // namespace

expected<void> check_time(const std::string& file, const X509* x, wall_time now) {
  auto seconds = std::chrono::system_clock::to_time_t(now);
  auto begin = X509_get0_notBefore(x), end = X509_get0_notAfter(x);
  // X509_cmp_time gives 0 for what it cannot read: that is not valid either.
  if (X509_cmp_time(begin, &seconds) >= 0)
    return failure(errc::invalid_input, file +
                                          ": wanted a certificate that is valid, found one from " +
                                          text_of(begin) + " on; look at this machine's clock");
  if (X509_cmp_time(end, &seconds) <= 0)
    return failure(errc::invalid_input,
                   file + ": wanted a certificate that is valid, found one that has expired at " +
                     text_of(end) + "; make a new one with `troupe cluster certs`");
  return {};
}

expected<certificate_ptr> read_authority(const std::string& file, wall_time now) {
  auto x = read_certificate(file);
  if (!x)
    return x;
  // Others trust a root alone, and no certificate that a root has signed.
  auto is_root = X509_check_ca(x->get()) == 1 && X509_self_signed(x->get(), 1) == 1;
  if (!is_root)
    return failure(errc::invalid_input,
                   file + ": wanted the certificate of an authority (CA:TRUE, signed by itself), "
                          "found one of something else; `troupe cluster certs` calls it "
                          "authority.crt");
  if (auto ok = check_time(file, x->get(), now); !ok)
    return unexpected{ok.error()};
  return x;
}

} // namespace troupe
