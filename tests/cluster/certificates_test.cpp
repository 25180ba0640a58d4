// SPDX-License-Identifier: Apache-2.0
#include "troupe/certificates.hpp"

#include "cluster/pem_file.hpp"
#include "cluster/tls_check.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>

using namespace troupe;
namespace fs = std::filesystem;

namespace {

struct certificates_fixture : test::scratch_folder {
  static std::string problem(const certificate_order& x) {
    auto made = make_certificates(x);
    return made ? "" : std::string{to_string(made.error().code)} + ": " + made.error().message;
  }
  static std::vector<std::string> files_in(const fs::path& folder) {
    std::vector<std::string> all;
    for (auto& x : fs::directory_iterator{folder})
      all.push_back(x.path().filename());
    std::sort(all.begin(), all.end());
    return all;
  }
  static mode_t mode_of(const std::string& file) {
    struct stat about {};
    ::stat(file.c_str(), &about);
    return about.st_mode & 07777;
  }
  static certificate_ptr certificate(const std::string& file) {
    auto x = read_certificate(file);
    BOOST_REQUIRE(x);
    return std::move(*x);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(certificates_suite, certificates_fixture)

BOOST_AUTO_TEST_CASE(an_order_makes_an_authority_and_nodes_that_pass_the_check) {
  auto made = make_certificates({.folder = "a/b", .nodes = {"gpu1", "10.0.0.5", "fd00::1"}});
  BOOST_REQUIRE(made);
  BOOST_TEST(made->has_new_authority);
  BOOST_TEST(made->authority_key == "a/b/authority.key");
  BOOST_TEST(made->nodes.size() == 3u);
  for (auto& files : made->nodes)
    BOOST_TEST(check(files).has_value(), files.certificate);
  auto& first = made->nodes.front();
  BOOST_TEST(first.certificate == "a/b/gpu1.crt");
  BOOST_TEST(first.key == "a/b/gpu1.key");
  BOOST_TEST(first.authority == "a/b/authority.crt");
}

BOOST_AUTO_TEST_CASE(only_the_owner_may_read_what_is_made) {
  auto before = ::umask(0);
  BOOST_REQUIRE(make_certificates({.folder = "certs", .nodes = {"one"}}));
  ::umask(before);
  BOOST_TEST(mode_of("certs") == 0700u);
  BOOST_TEST(mode_of("certs/authority.key") == 0600u);
  BOOST_TEST(mode_of("certs/one.key") == 0600u);
  BOOST_TEST(mode_of("certs/one.crt") == 0644u);
}

BOOST_AUTO_TEST_CASE(a_node_is_named_and_serves_both_ends_of_a_connection) {
  BOOST_REQUIRE(make_certificates({.folder = ".", .nodes = {"gpu1.example", "10.0.0.5"}}));
  auto x = certificate("gpu1.example.crt");
  BOOST_TEST(X509_check_host(x.get(), "gpu1.example", 0, 0, nullptr) == 1);
  BOOST_TEST(X509_check_host(x.get(), "gpu2.example", 0, 0, nullptr) == 0);
  BOOST_TEST(X509_check_ip_asc(certificate("10.0.0.5.crt").get(), "10.0.0.5", 0) == 1);
  BOOST_TEST((X509_get_extended_key_usage(x.get()) == (XKU_SSL_SERVER | XKU_SSL_CLIENT)));
  BOOST_TEST((X509_get_key_usage(x.get()) == KU_DIGITAL_SIGNATURE));
  auto authority = certificate("authority.crt");
  BOOST_TEST((X509_get_key_usage(authority.get()) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN)));
  BOOST_TEST(X509_get_pathlen(authority.get()) == 0);
}

BOOST_AUTO_TEST_CASE(a_folder_that_has_an_authority_gets_more_nodes_of_the_same_cluster) {
  BOOST_REQUIRE(make_certificates({.folder = "certs", .nodes = {"one"}}));
  auto before = read("certs/authority.crt");
  auto more = make_certificates({.folder = "certs", .nodes = {"two"}});
  BOOST_REQUIRE(more);
  BOOST_TEST(!more->has_new_authority);
  BOOST_TEST(read("certs/authority.crt") == before);
  BOOST_TEST(check(more->nodes.front()).has_value());
}

BOOST_AUTO_TEST_CASE(two_authorities_and_two_nodes_differ_in_name_and_number) {
  BOOST_REQUIRE(make_certificates({.folder = "a", .nodes = {"one", "two"}}));
  BOOST_REQUIRE(make_certificates({.folder = "b", .nodes = {"one"}}));
  auto a = certificate("a/authority.crt"), b = certificate("b/authority.crt");
  BOOST_TEST(X509_NAME_cmp(X509_get_subject_name(a.get()), X509_get_subject_name(b.get())) != 0);
  auto one = certificate("a/one.crt"), two = certificate("a/two.crt");
  BOOST_TEST(
    ASN1_INTEGER_cmp(X509_get0_serialNumber(one.get()), X509_get0_serialNumber(two.get())) != 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_replaced_and_a_failure_leaves_nothing) {
  BOOST_REQUIRE(make_certificates({.folder = "certs", .nodes = {"two"}}));
  auto before = read("certs/two.key");
  BOOST_TEST(problem({.folder = "certs", .nodes = {"one", "two"}}) ==
             "file_error: certs/two.key is there already, and is not replaced");
  BOOST_TEST(read("certs/two.key") == before);
  BOOST_TEST((files_in("certs") ==
              std::vector<std::string>{"authority.crt", "authority.key", "two.crt", "two.key"}));
  fs::create_directory("fresh");
  write("fresh/one.crt", "mine");
  BOOST_TEST(problem({.folder = "fresh", .nodes = {"one"}}) ==
             "file_error: fresh/one.crt is there already, and is not replaced");
  BOOST_TEST((files_in("fresh") == std::vector<std::string>{"one.crt"}));
  BOOST_TEST(read("fresh/one.crt") == "mine");
}

BOOST_AUTO_TEST_CASE(names_that_would_be_other_files_are_refused) {
  for (auto name : {"", "../up", "a/b", ".hidden", "-x", "a b", "a\nb", "a,DNS:b", "a:b"})
    BOOST_TEST(
      problem({.folder = "certs", .nodes = {name}})
        .starts_with("invalid_input: node \"" + std::string{name} + "\": wanted a host's "),
      name);
  BOOST_TEST(problem({.folder = "certs", .nodes = {std::string(65, 'x')}}) != "");
  BOOST_TEST(problem({.folder = "certs", .nodes = {std::string(64, 'x')}}) == "");
  BOOST_TEST(problem({.folder = "certs", .nodes = {"authority"}}) ==
             "invalid_input: node \"authority\": the name is taken");
  BOOST_TEST(problem({.folder = "certs", .nodes = {"a", "a"}}) ==
             "invalid_input: node \"a\": the name is taken");
  BOOST_TEST(problem({.folder = "certs", .nodes = {}}) ==
             "invalid_input: wanted the name of at least one node");
}

BOOST_AUTO_TEST_CASE(an_authority_that_cannot_sign_is_told) {
  BOOST_REQUIRE(make_certificates({.folder = "certs", .nodes = {"one"}}));
  ::chmod("certs/authority.key", 0644);
  BOOST_TEST(
    problem({.folder = "certs", .nodes = {"two"}}).starts_with("denied: certs/authority.key"));
  fs::copy_file("certs/one.key", "certs/authority.key", fs::copy_options::overwrite_existing);
  ::chmod("certs/authority.key", 0600);
  BOOST_TEST(problem({.folder = "certs", .nodes = {"two"}}) ==
             "invalid_input: certs/authority.key: wanted the key of certs/authority.crt, found "
             "another; begin in an empty folder");
  fs::remove("certs/authority.key");
  BOOST_TEST(
    problem({.folder = "certs", .nodes = {"two"}}) ==
    "invalid_input: certs/authority.key: the authority cannot sign without it; begin in an "
    "empty folder");
  write("file", "");
  BOOST_TEST(problem({.folder = "file/certs", .nodes = {"one"}}) ==
             "file_error: cannot make file/certs: Not a directory");
}

BOOST_AUTO_TEST_SUITE_END()
