// SPDX-License-Identifier: Apache-2.0
#include "cluster/identity.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>

namespace troupe {

namespace {

constexpr int authority_days = 3653; // 10 years
constexpr int node_days = 825;       // more is refused by tools that follow the rules of browsers
constexpr long early_seconds = 3600; // the clocks of two machines differ
constexpr int serial_bits = 159;     // at most 20 bytes, positive (RFC 5280, 4.1.2.2)

unexpected<error> openssl_failed() {
  auto number = ERR_get_error();
  ERR_clear_error();
  std::array<char, 256> text{};
  ERR_error_string_n(number, text.data(), text.size());
  return failure(errc::invalid_input, std::string{"OpenSSL cannot make it: "} + text.data());
}

bool extend(X509* x, X509* issuer, int kind, const std::string& text) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, x, nullptr, nullptr, 0);
  extension_ptr made{X509V3_EXT_conf_nid(nullptr, &context, kind, text.c_str())};
  return made && X509_add_ext(x, made.get(), -1) == 1;
}

bool set_serial(X509* x) {
  number_ptr number{BN_new()};
  return number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)) != nullptr;
}

/// With a new key, and all but what differs between authorities and nodes; not signed. Without a
/// certificate if OpenSSL could not.
identity begin_certificate(const std::string& name, int days) {
  identity x{certificate_ptr{X509_new()}, key_ptr{EVP_EC_gen("P-256")}};
  auto made = x.certificate.get();
  auto text = reinterpret_cast<const unsigned char*>(name.data());
  auto ok = made && x.key && X509_set_version(made, X509_VERSION_3) == 1 && set_serial(made) &&
            X509_gmtime_adj(X509_getm_notBefore(made), -early_seconds) &&
            X509_time_adj_ex(X509_getm_notAfter(made), days, 0, nullptr) &&
            X509_set_pubkey(made, x.key.get()) == 1 &&
            X509_NAME_add_entry_by_NID(X509_get_subject_name(made), NID_commonName, MBSTRING_UTF8,
                                       text, static_cast<int>(name.size()), -1, 0) == 1 &&
            extend(made, nullptr, NID_subject_key_identifier, "hash");
  if (!ok)
    x.certificate.reset();
  return x;
}

/// Two authorities do not have one name.
std::string authority_name() {
  number_ptr number{BN_new()};
  if (!number || BN_rand(number.get(), 32, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1)
    return "troupe authority";
  std::unique_ptr<char, freed_by<[](char* x) { OPENSSL_free(x); }>> digits{BN_bn2hex(number.get())};
  return std::string{"troupe authority "} + digits.get();
}

} // namespace

expected<identity> make_authority() {
  auto x = begin_certificate(authority_name(), authority_days);
  auto made = x.certificate.get();
  auto ok = made && X509_set_issuer_name(made, X509_get_subject_name(made)) == 1 &&
            extend(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
            extend(made, made, NID_key_usage, "critical,keyCertSign,cRLSign") &&
            X509_sign(made, x.key.get(), EVP_sha256()) > 0;
  if (!ok)
    return openssl_failed();
  return x;
}

bool is_ip_address(const std::string& name) {
  in6_addr room{};
  return ::inet_pton(AF_INET, name.c_str(), &room) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), &room) == 1;
}

expected<identity> make_node(const std::string& name, const identity& authority) {
  auto x = begin_certificate(name, node_days);
  auto made = x.certificate.get(), issuer = authority.certificate.get();
  auto end = X509_get0_notAfter(issuer);
  auto outlives = made && ASN1_TIME_compare(X509_get0_notAfter(made), end) > 0;
  auto ok =
    made && (!outlives || X509_set1_notAfter(made, end) == 1) &&
    X509_set_issuer_name(made, X509_get_subject_name(issuer)) == 1 &&
    extend(made, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
    extend(made, issuer, NID_key_usage, "critical,digitalSignature") &&
    extend(made, issuer, NID_ext_key_usage, "serverAuth,clientAuth") &&
    extend(made, issuer, NID_authority_key_identifier, "keyid:always") &&
    extend(made, issuer, NID_subject_alt_name, (is_ip_address(name) ? "IP:" : "DNS:") + name) &&
    X509_sign(made, authority.key.get(), EVP_sha256()) > 0;
  if (!ok)
    return openssl_failed();
  return x;
}

} // namespace troupe
