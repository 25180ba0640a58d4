// SPDX-License-Identifier: Apache-2.0
#include "cluster/members.hpp"

#include "tests/support/actor_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

/// Those who know the workers: the test plays the network and its threads.
struct members_fixture : actor_fixture {
  caf::actor clock = sys.spawn<puppet>(), threads = sys.spawn<puppet>();
  caf::actor network = sys.spawn<puppet>();
  std::shared_ptr<member_board> board = std::make_shared<member_board>();
  caf::actor members = sys.spawn<members_actor>(
    clock, threads, network,
    std::make_shared<const coordinator_identity>(coordinator_identity{"c", {1s, 10s}, 1 << 20}),
    board);

  ~members_fixture() { caf::anon_send_exit(members, caf::exit_reason::user_shutdown); }

  /// Leaves with the try at hand not answered yet.
  void add() {
    deliver({}, members, add_worker{"127.0.0.1:4242"});
    expect<work>(members, threads);
  }
  bool is_asked_to_connect() {
    auto next = caf::actor_cast<caf::abstract_actor*>(network)->peek_at_next_mailbox_element();
    return next != nullptr;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(members, members_fixture)

BOOST_AUTO_TEST_CASE(a_try_for_a_worker_that_was_removed_says_nothing_of_the_next_one_there) {
  add();
  deliver({}, members, remove_worker{"127.0.0.1:4242"});
  expect<clear_alarm>(members, clock);
  add();
  deliver({}, members, probed{1, ""});
  BOOST_TEST(!is_asked_to_connect());
  deliver({}, members, probed{1, "nobody listens"});
  BOOST_TEST(board->all().at(0).problem == "");
  deliver({}, members, probed{2, ""});
  BOOST_TEST(is_asked_to_connect());
}

BOOST_AUTO_TEST_SUITE_END()
