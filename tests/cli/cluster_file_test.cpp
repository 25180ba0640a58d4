// SPDX-License-Identifier: Apache-2.0
#include "cli/cluster_file.hpp"

#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::cli;
using namespace std::chrono_literals;

namespace {

/// Single quotes stand for double ones.
expected<cluster_file> parsed(const std::string& text) {
  return parse_cluster_file(test::quoted(text), "etc/cluster.json");
}

std::string problem(const std::string& text) {
  auto x = parsed(text);
  BOOST_TEST((x || x.error().code == errc::invalid_input));
  return x ? "" : x.error().message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_file_suite)

BOOST_AUTO_TEST_CASE(a_file_of_workers_alone_leaves_the_rest_to_the_library) {
  auto x = parsed("{'workers': ['10.0.0.5:4242', '[fd00::1]:4242']}");
  BOOST_REQUIRE(x);
  BOOST_TEST((x->workers == std::vector<std::string>{"10.0.0.5:4242", "[fd00::1]:4242"}));
  BOOST_TEST(!x->tls);
  BOOST_TEST(!x->insecure);
  BOOST_TEST(!x->lease);
  BOOST_TEST(!x->queue);
}

BOOST_AUTO_TEST_CASE(every_key_is_read_and_paths_count_from_the_file) {
  auto x = parsed("{'workers': [], 'tls': {'cert': 'a.crt', 'key': 'keys/a.key', 'ca': '/ca.crt'}, "
                  "'lease': '2s', 'queue': '1.5m'}");
  BOOST_REQUIRE(x);
  BOOST_TEST(x->tls->certificate == "etc/a.crt");
  BOOST_TEST(x->tls->key == "etc/keys/a.key");
  BOOST_TEST(x->tls->authority == "/ca.crt");
  BOOST_TEST((x->lease == 2s));
  BOOST_TEST((x->queue == 90s));
  BOOST_TEST(parsed("{'workers': [], 'insecure': true}")->insecure);
}

BOOST_AUTO_TEST_CASE(the_file_of_the_book_is_right) {
  auto file = test::source_folder() / "docs/cluster.json";
  auto x = parse_cluster_file(test::read_text(file), file);
  BOOST_REQUIRE_MESSAGE(x, x.error().message);
  BOOST_TEST(x->workers.size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place) {
  auto wrong = [](const char* text) {
    auto message = problem(text);
    std::string file = "etc/cluster.json: ";
    BOOST_TEST(message.starts_with(file), message);
    return message.substr(std::min(file.size(), message.size()));
  };
  BOOST_TEST(wrong("") == "wanted JSON");
  BOOST_TEST(wrong("{'workers': [}") == "wanted JSON");
  BOOST_TEST(wrong("['a:1']") == "wanted an object, found [\"a:1\"]");
  BOOST_TEST(wrong("{}") == "wanted a list of workers, found no key \"workers\"");
  BOOST_TEST(wrong("{'worker': []}") ==
             "unknown key \"worker\"; there are: workers, tls, insecure, lease, queue");
  BOOST_TEST(wrong("{'workers': 'a:1'}") == "workers: wanted a list of workers, found \"a:1\"");
  BOOST_TEST(wrong("{'workers': ['a:1', 'b']}") == "workers[1]: wanted \"host:port\", found \"b\"");
  BOOST_TEST(wrong("{'workers': [7]}") == "workers[0]: wanted \"host:port\", found 7");
  BOOST_TEST(wrong("{'workers': ['a:1', 'a:1']}") ==
             "workers[1]: wanted each worker once, found \"a:1\"");
  BOOST_TEST(wrong("{'workers': [], 'insecure': 'yes'}") ==
             "insecure: wanted true or false, found \"yes\"");
  BOOST_TEST(wrong("{'workers': [], 'lease': 10}") ==
             "lease: wanted a time such as \"10s\", found 10");
  BOOST_TEST(wrong("{'workers': [], 'queue': 'soon'}") ==
             "queue: wanted a time such as \"10s\", found \"soon\"");
  BOOST_TEST(wrong("{'workers': [], 'tls': true}") == "tls: wanted an object, found true");
  BOOST_TEST(wrong("{'workers': [], 'tls': {'cert': 'a', 'ca': 'b'}}") ==
             "tls: wanted cert, key and ca, found no key");
  BOOST_TEST(wrong("{'workers': [], 'tls': {'cert': '', 'key': 'b', 'ca': 'c'}}") ==
             "tls: cert: wanted a text, found \"\"");
  BOOST_TEST(wrong("{'workers': [], 'tls': {'certificate': 'a'}}") ==
             "tls: unknown key \"certificate\"; there are: cert, key, ca");
  BOOST_TEST(
    wrong("{'workers': [], 'insecure': true, 'tls': {'cert': 'a', 'key': 'b', 'ca': 'c'}}") ==
    "wanted tls or insecure, found both");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_told) {
  test::scratch_folder here;
  BOOST_TEST(text_of("nowhere.json").error().message == "nowhere.json: No such file or directory");
  BOOST_TEST(text_of(".").error().message == ".: Is a directory");
  here.write("some.json", "{}");
  BOOST_TEST(*text_of("some.json") == "{}");
}

BOOST_AUTO_TEST_SUITE_END()
