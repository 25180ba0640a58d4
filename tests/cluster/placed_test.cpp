// SPDX-License-Identifier: Apache-2.0
#include "cluster/placed.hpp"

#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A branch that is elsewhere: the test plays its parent, its run, the members and two links.
struct placed_fixture : node_fixture {
  caf::actor members = sys.spawn<puppet>();
  caf::actor first = sys.spawn<puppet>(), second = sys.spawn<puppet>();
  caf::actor one;

  placed_fixture() {
    auto& node = read("{'id': 's', 'place': {'spread': true}, 'sequence': ["
                      " {'id': 'w', 'wait': {'signal': 'go'}}, {'id': 'e', 'type': 'echo'}]}");
    child_spec child{.node = &node, .layer = layer::body, .place = place::wrapped};
    one = sys.spawn<placed_actor>(services, child, "s", members, placing_rules{1min, 5});
    deliver(parent, one, order());
    place_at(first);
  }
  void place_at(const caf::actor& link) {
    expect<find_place>(one, members);
    deliver(members, one, place_found{link, "somewhere"});
    expect<ship>(one, link);
  }
  void lose(const caf::actor& link) {
    deliver(members, one, link_lost{link, "cut"});
    expect<leave_place>(one, members);
  }
  attempt_id await_signal_at(const caf::actor& link, uint64_t number) {
    deliver(link, one, signal_awaited{number, "s/w", "go", ""});
    return expect<await_signal>(one, run).attempt;
  }
  void end_at(const caf::actor& link, uint64_t generation, json output) {
    deliver(link, one, branch_ended{generation, {7, success("s", output)}, services->flow});
  }
  void expect_end(json output) {
    expect<leave_place>(one, members);
    BOOST_TEST(expect_answer(one).result->output.json() == output);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(placed, placed_fixture)

BOOST_AUTO_TEST_CASE(a_signal_that_a_lost_worker_took_is_there_for_the_next_one) {
  auto attempt = await_signal_at(first, 3);
  deliver(run, one, signalled{attempt, value{5}});
  BOOST_TEST(expect<signal_given>(one, first).number == 3u);
  lose(first);
  place_at(second);
  deliver(second, one, signal_awaited{8, "s/w", "go", ""});
  auto given = expect<signal_given>(one, second);
  BOOST_TEST(given.number == 8u);
  BOOST_TEST(given.payload.json() == 5);
  end_at(second, 2, "done");
  expect_end("done");
}

BOOST_AUTO_TEST_CASE(a_signal_that_comes_while_no_worker_has_the_branch_waits_for_the_next_one) {
  auto attempt = await_signal_at(first, 3);
  lose(first);
  deliver(run, one, signalled{attempt, value{5}});
  place_at(second);
  deliver(second, one, signal_awaited{8, "s/w", "go", ""});
  BOOST_TEST(expect<signal_given>(one, second).payload.json() == 5);
  end_at(second, 2, "done");
  expect_end("done");
}

BOOST_AUTO_TEST_CASE(a_wait_that_has_ended_takes_a_signal_of_its_own_when_it_is_tried_again) {
  auto attempt = await_signal_at(first, 3);
  deliver(run, one, signalled{attempt, value{5}});
  expect<signal_given>(one, first);
  deliver(first, one, recorded{"s/w", {1, success("s/w", 5)}});
  BOOST_TEST(await_signal_at(first, 4) != attempt);
  end_at(first, 1, "done");
  BOOST_TEST(expect<forget_signal>(one, run).path == "s/w");
  expect_end("done");
}

BOOST_AUTO_TEST_CASE(nobody_waits_any_more_when_the_step_has_given_up) {
  await_signal_at(first, 3);
  deliver(first, one, signal_dropped{3});
  BOOST_TEST(expect<forget_signal>(one, run).path == "s/w");
  end_at(first, 1, "done");
  expect_end("done");
}

BOOST_AUTO_TEST_CASE(a_signal_that_crosses_a_step_that_gives_up_is_there_for_others) {
  auto attempt = await_signal_at(first, 3);
  deliver(run, one, signalled{attempt, value{5}});
  expect<signal_given>(one, first);
  deliver(first, one, signal_dropped{3});
  auto back = expect<send_signal>(one, run);
  BOOST_TEST(back.name == "go");
  BOOST_TEST(back.payload.json() == 5);
  end_at(first, 1, "done");
  expect_end("done");
}

BOOST_AUTO_TEST_CASE(a_branch_that_loses_its_worker_waits_for_nobody) {
  deliver(first, one, paused{1, true});
  BOOST_TEST(expect<paused>(one, parent).is_paused);
  deliver(first, one, paused{1, true});
  lose(first);
  BOOST_TEST(!expect<paused>(one, parent).is_paused);
  deliver(first, one, paused{1, true});
  place_at(second);
  end_at(second, 2, "done");
  expect_end("done");
}

BOOST_AUTO_TEST_CASE(what_was_undone_inside_of_a_lost_branch_is_not_undone_again) {
  auto& undo = services->flow->root; // any node will do
  auto done = [&](const std::string& path, uint64_t order) {
    finished end{1, success(path, 1)};
    end.undo = {std::make_shared<const completed>(completed{&undo, path, "w", {}, {}, order})};
    return recorded{path, end};
  };
  deliver(first, one, done("s/a", 1));
  deliver(first, one, done("s/b", 2));
  deliver(first, one, recorded{"s/a/undo/" + undo.id, {1, success("u", 1)}});
  deliver(first, one, done("s/a", 3)); // the next try
  deliver(parent, one, cancel{7, stop_reason::requested});
  expect<stop_branch>(one, first);
  lose(first);
  auto left = expect_answer(one).undo;
  BOOST_REQUIRE(left.size() == 2u);
  BOOST_TEST(left[0]->path == "s/b");
  BOOST_TEST(left[1]->path == "s/a");
}

BOOST_AUTO_TEST_CASE(nobody_waits_any_more_for_a_branch_that_is_stopped) {
  await_signal_at(first, 3);
  deliver(parent, one, cancel{7, stop_reason::requested});
  expect<stop_branch>(one, first);
  lose(first);
  expect<forget_signal>(one, run);
  BOOST_TEST((expect_answer(one).result->status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(words_of_a_worker_that_was_lost_count_no_more) {
  lose(first);
  deliver(first, one, recorded{"s/w", {1, success("s/w", 5)}});
  deliver(first, one, signal_awaited{3, "s/w", "go", ""});
  deliver(first, one, gate_asked{gate_asked::first, 1});
  deliver(first, one, branch_refused{{.code = errc::crashed, .message = "too late"}});
  place_at(second);
  end_at(first, 1, "of the lost one");
  end_at(first, 2, "of the lost one");
  deliver(members, one, link_lost{first, "cut again"});
  end_at(second, 2, "done");
  expect_end("done");
}

BOOST_AUTO_TEST_SUITE_END()
