// SPDX-License-Identifier: Apache-2.0
#include "cli/cluster_status.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::cli;
using namespace std::chrono_literals;

namespace {

std::vector<worker_state> sample() {
  worker_state busy{.address = "10.0.0.5:4242", .is_connected = true};
  busy.name = "gpu1\x1b[31m";
  busy.version = "0.1.0";
  busy.labels = {"gpu", "linux"};
  busy.kinds = {"http", "shell"};
  busy.slots = 16;
  busy.running = 3;
  busy.coordinators = 2;
  busy.round_trip = 350us;
  auto leaving = busy;
  leaving.address = "[fd00::1]:4242";
  leaving.name = "gpu2";
  leaving.labels = {};
  leaving.is_draining = true;
  leaving.round_trip = {};
  return {busy,
          leaving,
          {.address = "10.0.0.7:4242", .problem = "Connection refused"},
          {.address = "10.0.0.8:4242"}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_status_suite)

BOOST_AUTO_TEST_CASE(a_table_has_a_line_for_each_worker_and_says_why_some_are_not_there) {
  BOOST_TEST(as_text(sample()) == "NAME       ADDRESS         STATE        LABELS     SLOTS  "
                                  "RUNNING  COORDINATORS  ROUND TRIP  VERSION\n"
                                  "gpu1 [31m  10.0.0.5:4242   connected    gpu,linux  16     3     "
                                  "   2             0.35ms      0.1.0\n"
                                  "gpu2       [fd00::1]:4242  draining     -          16     3     "
                                  "   2             -           0.1.0\n"
                                  "-          10.0.0.7:4242   unreachable  -          -      -     "
                                  "   -             -           -\n"
                                  "-          10.0.0.8:4242   unreachable  -          -      -     "
                                  "   -             -           -\n"
                                  "10.0.0.7:4242: Connection refused\n"
                                  "10.0.0.8:4242: no answer yet\n");
}

BOOST_AUTO_TEST_CASE(a_list_for_programs_says_the_same) {
  auto all = as_json(sample());
  BOOST_TEST(all.size() == 4u);
  BOOST_TEST(all[0].at("state") == "connected");
  BOOST_TEST(all[0].at("round_trip_ms") == 0.35);
  BOOST_TEST(all[0].at("kinds").dump() == R"(["http","shell"])");
  BOOST_TEST(all[0].at("running") == 3);
  BOOST_TEST(all[1].at("state") == "draining");
  BOOST_TEST(all[1].at("round_trip_ms").is_null());
  BOOST_TEST(all[2].dump() ==
             R"({"address":"10.0.0.7:4242","problem":"Connection refused","state":"unreachable"})");
  BOOST_TEST(all[3].at("problem") == "no answer yet");
}

BOOST_AUTO_TEST_SUITE_END()
