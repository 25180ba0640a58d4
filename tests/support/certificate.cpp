// SPDX-License-Identifier: Apache-2.0
#include "tests/support/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

namespace troupe::test {

namespace {

struct close_file {
  void operator()(std::FILE* x) const { std::fclose(x); }
};

void add_extension(X509* x, int kind, const char* text) {
  auto extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, text);
  X509_add_ext(x, extension, -1);
  X509_EXTENSION_free(extension);
}

} // namespace

void make_certificate(const std::string& certificate_file, const std::string& key_file,
                      const std::string& name) {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> x{X509_new(), X509_free};
  X509_set_version(x.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(x.get()), 3600);
  X509_set_pubkey(x.get(), key.get());
  auto subject = X509_get_subject_name(x.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x.get(), subject);
  add_extension(x.get(), NID_subject_alt_name, ("DNS:" + name + ",IP:127.0.0.1").c_str());
  add_extension(x.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(x.get(), key.get(), EVP_sha256());
  std::unique_ptr<std::FILE, close_file> out{std::fopen(certificate_file.c_str(), "w")};
  PEM_write_X509(out.get(), x.get());
  out.reset(std::fopen(key_file.c_str(), "w"));
  PEM_write_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

} // namespace troupe::test
