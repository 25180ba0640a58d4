// SPDX-License-Identifier: Apache-2.0
#include "cluster/tls_check.hpp"

#include "cluster/pem_file.hpp"
#include "tests/support/certificate.hpp"
#include "tests/support/golden.hpp"
#include "troupe/certificates.hpp"

#include <boost/test/unit_test.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// A cluster's folder with two nodes, and the folder of another cluster.
struct tls_fixture : test::scratch_folder {
  tls_fixture() {
    BOOST_REQUIRE(make_certificates({.folder = "ours", .nodes = {"one", "two"}}));
    BOOST_REQUIRE(make_certificates({.folder = "theirs", .nodes = {"one"}}));
  }

  static constexpr auto day = 24h;
  tls_files files{"ours/one.crt", "ours/one.key", "ours/authority.crt"};

  /// What is wrong with the files; `code: message`, empty if nothing is.
  std::string problem(wall_time now = std::chrono::system_clock::now()) const {
    auto ok = check(files, now);
    BOOST_TEST(ERR_peek_error() == 0u); // the next TLS connection would stumble over it
    return ok ? "" : std::string{to_string(ok.error().code)} + ": " + ok.error().message;
  }
};

bool begins(const std::string& text, const std::string& with) { return text.starts_with(with); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(tls_check_suite, tls_fixture)

BOOST_AUTO_TEST_CASE(the_files_of_a_node_pass) { BOOST_TEST(problem() == ""); }

BOOST_AUTO_TEST_CASE(a_file_without_a_name_is_refused) {
  files.authority = "";
  BOOST_TEST(problem() == "invalid_input: TLS wants a certificate, its key and the authority: the "
                          "file of a certificate has no name");
  files = {};
  BOOST_TEST(begins(problem(), "invalid_input: TLS wants"));
}

BOOST_AUTO_TEST_CASE(each_file_must_be_there) {
  for (auto file : {&tls_files::certificate, &tls_files::key, &tls_files::authority}) {
    auto before = std::exchange(files.*file, "nowhere.pem");
    BOOST_TEST(begins(problem(), "invalid_input: nowhere.pem: wanted "), problem());
    BOOST_TEST(problem().find("found No such file or directory; `troupe cluster certs` makes such "
                              "files") != std::string::npos);
    files.*file = before;
  }
}

BOOST_AUTO_TEST_CASE(each_file_must_be_a_file) {
  ::mkfifo("pipe", 0600); // opening it must not wait for a writer
  for (auto odd : {"ours", "pipe"})
    for (auto file : {&tls_files::certificate, &tls_files::key, &tls_files::authority}) {
      auto before = std::exchange(files.*file, odd);
      BOOST_TEST(problem().find("found something that is no file") != std::string::npos, problem());
      files.*file = before;
    }
}

BOOST_AUTO_TEST_CASE(each_file_must_hold_what_its_name_says) {
  write("text.pem", "hello\n");
  write("large.pem", std::string((1 << 20) + 1, 'x'));
  ::chmod("text.pem", 0600);
  files.certificate = "text.pem";
  BOOST_TEST(problem() == "invalid_input: text.pem: wanted one certificate in PEM format and "
                          "nothing else, found nothing in PEM format; name another file, or make "
                          "it with `troupe cluster certs`");
  files.certificate = "large.pem";
  BOOST_TEST(problem().find("found more than 1 MiB") != std::string::npos);
  files.certificate = "ours/one.key";
  BOOST_TEST(problem().find("found PRIVATE KEY;") != std::string::npos);
  files.certificate = "ours/one.crt";
  files.key = "text.pem";
  BOOST_TEST(problem().find("wanted one private key in PEM format, found nothing") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_certificate_beside_another_one_or_a_key_is_refused) {
  write("chain.pem", read("ours/one.crt") + read("ours/authority.crt"));
  write("both.pem", read("ours/one.crt") + read("ours/one.key"));
  files.certificate = "chain.pem";
  BOOST_TEST(problem().find("found CERTIFICATE, CERTIFICATE;") != std::string::npos);
  files.certificate = "both.pem"; // the key is there for everybody
  BOOST_TEST(problem().find("found CERTIFICATE, PRIVATE KEY;") != std::string::npos);
  files = {"ours/one.crt", "ours/one.key", "two_authorities.pem"};
  write("two_authorities.pem", read("ours/authority.crt") + read("theirs/authority.crt"));
  BOOST_TEST(problem().find("found CERTIFICATE, CERTIFICATE;") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_refused) {
  auto text = read("ours/one.crt");
  text.replace(text.find('\n') + 1, 8, "AAAAAAAA");
  write("damaged.crt", text);
  files.certificate = "damaged.crt";
  BOOST_TEST(begins(problem(), "invalid_input: damaged.crt: wanted a certificate, found one that "
                               "is damaged"));
  text = read("ours/one.key");
  text.replace(text.find('\n') + 1, 8, "AAAAAAAA");
  write("damaged.key", text);
  ::chmod("damaged.key", 0600);
  files = {"ours/one.crt", "damaged.key", "ours/authority.crt"};
  BOOST_TEST(begins(problem(), "invalid_input: damaged.key: wanted a private key, found one that "
                               "is damaged"));
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_is_refused_and_nobody_asked) {
  write("locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE "
                      "KEY-----\n");
  ::chmod("locked.key", 0600);
  files.key = "locked.key";
  BOOST_TEST(begins(problem(), "invalid_input: locked.key: wanted a private key without a "
                               "passphrase, found an encrypted one"));
}

BOOST_AUTO_TEST_CASE(a_key_that_others_may_read_is_denied) {
  for (auto [mode, digits] :
       {std::pair{0640, "640"}, {0604, "604"}, {0660, "660"}, {0610, "610"}}) {
    ::chmod("ours/one.key", static_cast<mode_t>(mode));
    BOOST_TEST(problem() == std::string{"denied: ours/one.key: wanted a key that only its owner "
                                        "may read (mode 600), found mode "} +
                              digits + "; chmod 600 ours/one.key");
  }
  for (auto mode : {0600, 0400, 0700}) {
    ::chmod("ours/one.key", static_cast<mode_t>(mode));
    BOOST_TEST(problem() == "");
  }
}

BOOST_AUTO_TEST_CASE(a_key_of_somebody_else_is_denied) {
  if (::geteuid() != 0)
    return; // only root can give a file away
  BOOST_REQUIRE(::chown("ours/one.key", 65534, 0) == 0);
  BOOST_TEST(problem() == "denied: ours/one.key: wanted a key that belongs to the user of this "
                          "process, or to root, found the user 65534; chown 0 ours/one.key");
}

BOOST_AUTO_TEST_CASE(the_key_must_be_that_of_the_certificate) {
  files.key = "ours/two.key";
  BOOST_TEST(problem() == "invalid_input: ours/two.key: wanted the key of ours/one.crt, found that "
                          "of another certificate; make a new one with `troupe cluster certs`");
}

BOOST_AUTO_TEST_CASE(another_authority_has_not_signed) {
  files.authority = "theirs/authority.crt";
  BOOST_TEST(problem() ==
             "invalid_input: ours/one.crt: wanted a certificate that theirs/authority.crt has "
             "signed, found one of another authority; make a new one with `troupe cluster certs`");
  files = {"theirs/one.crt", "theirs/one.key", "ours/authority.crt"};
  BOOST_TEST(begins(problem(), "invalid_input: theirs/one.crt: wanted a certificate that "));
}

BOOST_AUTO_TEST_CASE(a_certificate_that_only_says_that_the_authority_has_signed_is_refused) {
  auto x = std::move(*read_certificate("ours/one.crt"));
  key_ptr stranger{EVP_EC_gen("P-256")};
  X509_sign(x.get(), stranger.get(), EVP_sha256());
  bio_ptr out{BIO_new_file("forged.crt", "w")};
  PEM_write_bio_X509(out.get(), x.get());
  out.reset();
  files.certificate = "forged.crt";
  BOOST_TEST(begins(problem(), "invalid_input: forged.crt: wanted a certificate that "));
}

BOOST_AUTO_TEST_CASE(a_node_is_no_authority_and_an_authority_no_node) {
  files.authority = "ours/two.crt";
  BOOST_TEST(begins(problem(),
                    "invalid_input: ours/two.crt: wanted the certificate of an authority "
                    "(CA:TRUE, signed by itself)"));
  files = {"ours/authority.crt", "ours/authority.key", "ours/authority.crt"};
  BOOST_TEST(begins(problem(), "invalid_input: ours/authority.crt: wanted the certificate of a "
                               "node, found that of an authority"));
  test::make_certificate("self.crt", "self.key", "self");
  ::chmod("self.key", 0600);
  files = {"self.crt", "self.key", "self.crt"};
  BOOST_TEST(begins(problem(), "invalid_input: self.crt: wanted the certificate of a node"));
}

BOOST_AUTO_TEST_CASE(a_certificate_is_valid_from_its_first_hour_to_its_last_day) {
  auto now = std::chrono::system_clock::now();
  BOOST_TEST(problem(now - 59min) == "");
  BOOST_TEST(begins(problem(now - 61min), "invalid_input: ours/authority.crt: wanted a certificate "
                                          "that is valid, found one from 20"));
  BOOST_TEST(problem(now + 825 * day - 2h) == "");
  BOOST_TEST(begins(problem(now + 825 * day), "invalid_input: ours/one.crt: wanted a certificate "
                                              "that is valid, found one that has expired at 20"));
  BOOST_TEST(begins(problem(now + 3653 * day), "invalid_input: ours/authority.crt: wanted a "
                                               "certificate that is valid, found one that has"));
}

BOOST_AUTO_TEST_SUITE_END()
