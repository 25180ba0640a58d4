// SPDX-License-Identifier: Apache-2.0
#include "cluster/envelope.hpp"
#include "cluster/frame.hpp"
#include "cluster/shared_values.hpp"
#include "tests/cluster/cluster_fixture.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

/// Somebody who has CAF, and says to a worker what it likes.
class stranger {
public:
  explicit stranger(uint16_t port) : system_{config_}, self_{system_} {
    auto found = system_.middleman().remote_actor("127.0.0.1", port);
    BOOST_REQUIRE(found);
    agent_ = *found;
  }

  /// What is answered first: its name and what stands behind it; null if nothing is.
  json answer_to(const json& head) {
    self_->send(agent_, envelope{wire::bytes_of(head)});
    json answer;
    self_->receive(
      [&](const envelope& x) {
        auto items = wire::items_of(x.bytes);
        BOOST_REQUIRE(items);
        answer = items->front().head;
      },
      caf::after(5s) >> [] {});
    return answer;
  }

private:
  struct config : caf::actor_system_config {
    config() {
      load<caf::io::middleman>();
      add_envelope(*this);
    }
  };
  config config_;
  caf::actor_system system_;
  caf::scoped_actor self_;
  caf::actor agent_;
};

json hello(int oldest, int newest) {
  return {"hello",
          {{"coordinator", "c" + std::to_string(newest)},
           {"version", "9.9.9"},
           {"oldest", oldest},
           {"newest", newest},
           {"heartbeat", 100'000'000},
           {"lease", 1'000'000'000},
           {"largest", 1000},
           {"something_new", true}}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(greeting)

BOOST_AUTO_TEST_CASE(a_coordinator_one_version_ahead_is_let_in_and_one_too_far_is_told_why) {
  cluster_fixture all{1};
  stranger other{all.workers()[0].port()};
  auto now = wire::newest_protocol;
  auto welcome = other.answer_to(hello(now, now + 1));
  BOOST_TEST(welcome.at(0) == "welcome");
  BOOST_TEST(welcome.at(1).at("protocol") == now);
  auto refused = other.answer_to(hello(now + 1, now + 2));
  while (refused.at(0) == "beat")
    refused = other.answer_to({"nothing"});
  BOOST_TEST(refused.at(0) == "refused");
  auto why = refused.at(1).get<std::string>();
  BOOST_TEST(why.find("2 to 3 (troupe 9.9.9)") != std::string::npos, why);
}

BOOST_AUTO_TEST_CASE(what_is_no_greeting_harms_nobody) {
  cluster_fixture all{1};
  stranger other{all.workers()[0].port()};
  BOOST_TEST(other.answer_to({"hello", 7}).at(0) == "refused");
  BOOST_TEST(all.output_of("{'id': 'a', 'type': 'echo', 'params': {'value': 7}, 'place': "
                           "{'spread': true}}") == 7);
}

BOOST_AUTO_TEST_CASE(values_that_branches_share_have_one_number_until_there_are_too_many) {
  shared_values known;
  value first{json("a")}, second{json("b")};
  BOOST_TEST(!known.find(first));
  auto number = known.add(first, 10);
  BOOST_TEST(known.find(first).value() == number);
  BOOST_TEST(!known.find(second));
  known.add(second, shared_values::most_bytes);
  BOOST_TEST(!known.find(first)); // the older one has gone
  BOOST_TEST((known.take_forgotten() == std::vector<uint64_t>{number}));
  BOOST_TEST(known.take_forgotten().empty());
}

BOOST_AUTO_TEST_SUITE_END()
