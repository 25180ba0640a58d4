// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::test;

namespace {

struct cluster_command_fixture : scratch_folder {
  /// How it complains, and that it is usage.
  static std::string usage(const std::vector<std::string>& arguments) {
    auto ran = command(arguments);
    BOOST_TEST(ran.code == 2);
    BOOST_TEST(ran.out == "");
    return ran.err;
  }
};

const std::string help = "Run with --help for more information.\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_command_suite, cluster_command_fixture)

BOOST_AUTO_TEST_CASE(certs_says_what_it_wrote_and_how_to_use_it) {
  auto ran = command({"cluster", "certs", "certs", "--node", "gpu1", "--node", "10.0.0.5"});
  BOOST_TEST(ran.code == 0);
  BOOST_TEST(ran.err == "");
  BOOST_TEST(
    ran.out ==
    "wrote certs/authority.crt and certs/authority.key; who has the key can make nodes: do "
    "not copy it to them\n"
    "wrote certs/gpu1.crt and certs/gpu1.key; on gpu1, beside a copy of "
    "certs/authority.crt:\n"
    "  --tls-cert certs/gpu1.crt --tls-key certs/gpu1.key --tls-ca certs/authority.crt\n"
    "wrote certs/10.0.0.5.crt and certs/10.0.0.5.key; on 10.0.0.5, beside a copy of "
    "certs/authority.crt:\n"
    "  --tls-cert certs/10.0.0.5.crt --tls-key certs/10.0.0.5.key --tls-ca "
    "certs/authority.crt\n");
  auto more = command({"cluster", "certs", "certs", "--node", "gpu2"});
  BOOST_TEST(more.out.starts_with("used certs/authority.crt and certs/authority.key; "));
}

BOOST_AUTO_TEST_CASE(certs_refuses_bad_names_and_replaces_nothing) {
  command({"cluster", "certs", "certs", "--node", "gpu1"});
  auto again = command({"cluster", "certs", "certs", "--node", "gpu1"});
  BOOST_TEST(again.code == 1);
  BOOST_TEST(again.err == "troupe: certs/gpu1.key is there already, and is not replaced\n");
  BOOST_TEST(usage({"cluster", "certs", "certs", "--node", "../up"}) ==
             "troupe: node \"../up\": wanted a host's name or IP address, of at most 64 letters, "
             "digits, \".\", \"-\" and \"_\"\n");
  BOOST_TEST(usage({"cluster", "certs", "certs"}) == "--node is required\n" + help);
  BOOST_TEST(usage({"cluster"}) == "A subcommand is required\n" + help);
}

BOOST_AUTO_TEST_CASE(options_that_cannot_be_are_usage) {
  write("flow.json", quoted("{'troupe': 1, 'pipeline': [{'type': 'echo'}]}"));
  BOOST_TEST(usage({"run", "flow.json", "--worker", "gpu1"}) ==
             "--worker: wanted HOST:PORT, found \"gpu1\"\n" + help);
  BOOST_TEST(usage({"map", "flow.json", "--lease", "1ms"}) ==
             "--lease: wanted a time from 100ms on, found \"1ms\"\n" + help);
  BOOST_TEST(usage({"run", "flow.json", "--cluster", "none.json"}) ==
             "troupe: none.json: No such file or directory\n");
  write("bad.json", "[]");
  BOOST_TEST(usage({"map", "flow.json", "--cluster", "bad.json"}) ==
             "troupe: bad.json: wanted an object, found []\n");
  BOOST_TEST(usage({"cluster", "status"}) ==
             "troupe: wanted --worker HOST:PORT or --cluster FILE\n");
  BOOST_TEST(usage({"worker", "--listen", "4242"}) ==
             "--listen: wanted ADDRESS:PORT, found \"4242\"\n" + help);
  BOOST_TEST(usage({"worker", "--metrics", "here"}) ==
             "--metrics: wanted ADDRESS:PORT, found \"here\"\n" + help);
  BOOST_TEST(usage({"worker", "--drain-limit", "soon"}) ==
             "--drain-limit: wanted a time such as 30s, found \"soon\"\n" + help);
  BOOST_TEST(usage({"worker", "--slots", "0"}) ==
             "--slots: Value 0 not in range 1 to 100000\n" + help);
  BOOST_TEST(usage({"worker", "--tls-cert", "a", "--tls-key", "b"}) ==
             "--tls-key requires --tls-ca\n" + help);
  BOOST_TEST(usage({"worker", "--worker", "a:1"}).starts_with("The following argument"));
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_told_to_stop_drains_and_succeeds) {
  auto ran = interrupted({"worker", "--listen", "127.0.0.1:0", "--name", "w", "--label", "a",
                          "--label", "b", "--slots", "2"},
                         {".err"});
  BOOST_TEST(ran.code == 0);
  BOOST_TEST(ran.out == "");
  BOOST_TEST(ran.err.starts_with("troupe worker w listens at 127.0.0.1:"), ran.err);
  BOOST_TEST(ran.err.find(" (plain), slots 2, labels a, b\n") != std::string::npos);
  BOOST_TEST(ran.err.ends_with("\ndraining: no more branches are taken; 0 branches may end here "
                               "within 30s; again to leave at once\nstopped\n"));
}

BOOST_AUTO_TEST_CASE(a_worker_that_cannot_be_reached_is_told) {
  write("flow.json",
        quoted("{'troupe': 1, 'pipeline': [{'type': 'echo', 'params': {'value': 7}}]}"));
  auto ran =
    command({"run", "flow.json", "--quiet", "--worker", "127.0.0.1:1", "--worker", "127.0.0.1:2"});
  BOOST_TEST(ran.code == 0); // nothing in it wants a worker
  BOOST_TEST(ran.out == "7\n");
  for (auto address : {"127.0.0.1:1", "127.0.0.1:2"})
    BOOST_TEST(ran.err.find(std::string{"troupe: worker "} + address + " cannot be reached: ") !=
                 std::string::npos,
               ran.err);
  auto status = command({"cluster", "status", "--worker", "127.0.0.1:1"});
  BOOST_TEST(status.code == 5);
  BOOST_TEST(status.out.find("-     127.0.0.1:1  unreachable") != std::string::npos, status.out);
}

BOOST_AUTO_TEST_SUITE_END()
