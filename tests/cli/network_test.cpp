// SPDX-License-Identifier: Apache-2.0
#include "cli/network.hpp"

#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::cli;
using namespace std::chrono_literals;

namespace {

struct network_fixture : test::scratch_folder {
  network_fixture() {
    write("tls.json",
          test::quoted("{'workers': ['b:1'], 'tls': {'cert': 'a', 'key': 'b', 'ca': 'c'}"
                       ", 'lease': '2s', 'queue': '5s'}"));
    write("open.json", test::quoted("{'workers': [], 'insecure': true}"));
  }

  /// As if the command had these words; `problem_`: what is wrong with them.
  cluster_options options(std::vector<std::string> words) {
    cluster_options x;
    CLI::App app;
    add_cluster_options(app, x);
    std::reverse(words.begin(), words.end()); // CLI11 takes them from the end
    problem_.clear();
    try {
      app.parse(words);
    } catch (const CLI::ParseError& why) {
      problem_ = why.what();
    }
    return x;
  }
  network made(std::vector<std::string> words) {
    auto x = read_network(options(std::move(words)));
    BOOST_TEST(problem_ == "");
    BOOST_REQUIRE(x);
    return *x;
  }
  std::string problem(std::vector<std::string> words) {
    options(std::move(words));
    return problem_;
  }

  std::string problem_;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(network_suite, network_fixture)

BOOST_AUTO_TEST_CASE(an_engine_is_alone_unless_an_option_says_otherwise) {
  BOOST_TEST(!made({}).options);
  for (auto& words : std::vector<std::vector<std::string>>{
         {"--worker", "a:1"},
         {"--cluster", "open.json"},
         {"--insecure"},
         {"--lease", "2s"},
         {"--tls-cert", "a", "--tls-key", "b", "--tls-ca", "c"}})
    BOOST_TEST(made(words).options.has_value(), words.front());
}

BOOST_AUTO_TEST_CASE(options_are_the_network) {
  auto x = made({"--worker", "a:1", "--worker", "[fd00::1]:2", "--tls-cert", "a", "--tls-key", "b",
                 "--tls-ca", "c", "--lease", "30s"});
  BOOST_TEST((x.workers == std::vector<std::string>{"a:1", "[fd00::1]:2"}));
  BOOST_TEST(x.options->tls->certificate == "a");
  BOOST_TEST(x.options->tls->key == "b");
  BOOST_TEST(x.options->tls->authority == "c");
  BOOST_TEST(!x.options->insecure);
  BOOST_TEST((x.options->lease == 30s));
  BOOST_TEST((x.options->heartbeat == 1s));
}

BOOST_AUTO_TEST_CASE(a_short_lease_has_five_beats) {
  BOOST_TEST((made({"--lease", "2s"}).options->heartbeat == 400ms));
  BOOST_TEST((made({"--lease", "100ms"}).options->heartbeat == 20ms));
}

BOOST_AUTO_TEST_CASE(the_file_says_what_the_options_do_not) {
  auto x = made({"--cluster", "tls.json"});
  BOOST_TEST((x.members.workers == std::vector<std::string>{"b:1"}));
  BOOST_TEST(x.workers.empty());
  BOOST_TEST(x.options->tls->key == "b");
  BOOST_TEST((x.options->lease == 2s));
  BOOST_TEST((x.options->queue == 5s));
  BOOST_TEST(made({"--cluster", "open.json"}).options->insecure);
  BOOST_TEST((made({"--cluster", "open.json"}).options->queue == 60s));
}

BOOST_AUTO_TEST_CASE(the_options_go_before_the_file) {
  auto lease = made({"--cluster", "tls.json", "--lease", "3s"});
  BOOST_TEST((lease.options->lease == 3s));
  BOOST_TEST((lease.options->queue == 5s));
  auto open = made({"--cluster", "tls.json", "--insecure"});
  BOOST_TEST(!open.options->tls);
  BOOST_TEST(open.options->insecure);
  auto closed =
    made({"--cluster", "open.json", "--tls-cert", "a", "--tls-key", "b", "--tls-ca", "c"});
  BOOST_TEST(closed.options->tls->certificate == "a");
  BOOST_TEST(!closed.options->insecure);
}

BOOST_AUTO_TEST_CASE(a_broken_file_is_an_error) {
  write("bad.json", "{}");
  BOOST_TEST(read_network(options({"--cluster", "bad.json"})).error().message ==
             "bad.json: wanted a list of workers, found no key \"workers\"");
  BOOST_TEST(read_network(options({"--cluster", "none.json"})).error().message ==
             "none.json: No such file or directory");
}

BOOST_AUTO_TEST_CASE(wrong_options_are_told) {
  BOOST_TEST(problem({"--worker", "gpu1"}) == "--worker: wanted HOST:PORT, found \"gpu1\"");
  BOOST_TEST(problem({"--worker", "gpu1:0"}) == "--worker: wanted HOST:PORT, found \"gpu1:0\"");
  BOOST_TEST(problem({"--lease", "soon"}) ==
             "--lease: wanted a time from 100ms on, found \"soon\"");
  BOOST_TEST(problem({"--lease", "99ms"}) ==
             "--lease: wanted a time from 100ms on, found \"99ms\"");
  BOOST_TEST(problem({"--tls-cert", "a"}) == "--tls-cert requires --tls-key");
  BOOST_TEST(problem({"--tls-cert", "a", "--tls-key", "b"}) == "--tls-key requires --tls-ca");
  BOOST_TEST(problem({"--tls-ca", "c"}) == "--tls-ca requires --tls-cert");
  BOOST_TEST(problem({"--insecure", "--tls-cert", "a", "--tls-key", "b", "--tls-ca", "c"}) ==
             "--tls-cert excludes --insecure");
}

BOOST_AUTO_TEST_SUITE_END()
