// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/cluster/held_kind.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(draining)

BOOST_AUTO_TEST_CASE(a_worker_that_drains_finishes_and_takes_no_more) {
  held_kind held;
  cluster_fixture all{2, [&](registry& x) { x.add(held.kind()); }};
  opened_at_the_end guard{held};
  auto run = all.home->submit(all.nodes("{'id': 'a', 'type': 'held', 'place': {'node': 'w1'}},"
                                        "{'id': 'b', 'type': 'echo', 'place': {'spread': true}},"
                                        "{'id': 'c', 'type': 'echo', 'place': {'spread': true}}"));
  held.await(1);
  all.workers()[0].drain();
  held.open();
  auto result = run.result();
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.tree->children.at(0)->worker == "w1");
  BOOST_TEST(all.workers()[0].wait_until_idle(10s));
}

BOOST_AUTO_TEST_CASE(a_worker_that_drains_is_idle_when_its_answers_have_arrived) {
  held_kind held;
  auto add = [&](registry& x) {
    x.add(held.kind());
    x.add_inline("large", [](const step_input&) -> step_output {
      return value{json(std::string(20'000'000, 'x'))};
    });
  };
  cluster_fixture all{1, add};
  opened_at_the_end guard{held};
  auto run = all.home->submit(
    all.nodes("{'id': 'a', 'place': {'spread': true}, 'idempotent': false, 'batch': {'items': "
              "[1, 2, 3, 4], 'parallel': true}, 'sequence': ["
              " {'id': 'first', 'type': 'held'}, {'id': 'then', 'type': 'large'}]},"
              "{'id': 'b', 'type': 'jq', 'params': {'program': '.success_count'}}"));
  held.await(4);
  all.workers()[0].drain();
  held.open();
  BOOST_TEST(all.workers()[0].wait_until_idle(20s));
  all.lose(0);
  auto result = run.result();
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(result.output.json() == 4);
}

BOOST_AUTO_TEST_CASE(a_worker_is_not_idle_as_long_as_an_answer_may_be_on_its_way) {
  network_options options;
  options.heartbeat = 1h; // nobody says what has arrived
  options.lease = 20h;
  cluster_fixture all{1, {}, options};
  BOOST_TEST(all.output_of("{'id': 'a', 'type': 'echo', 'params': {'value': 7}, 'place': "
                           "{'spread': true}}") == 7);
  auto& one = all.workers()[0];
  BOOST_TEST(!one.wait_until_idle(10ms));
  all.home->disconnect("127.0.0.1:" + std::to_string(one.port()));
  BOOST_TEST(one.wait_until_idle(10s)); // there is nobody to answer any more
}

BOOST_AUTO_TEST_SUITE_END()
