// SPDX-License-Identifier: Apache-2.0
// What one loss does, and how soon. Times are printed, and decide nothing unless they are far off.
#include "tests/cluster_fault/fault_fixture.hpp"
#include "tests/cluster_fault/ledger.hpp"
#include "tests/cluster_fault/records.hpp"
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace troupe::test {

namespace {

constexpr duration soon = std::chrono::seconds{20};

class loss_fixture : public fault_fixture {
public:
  explicit loss_fixture(size_t slots = 4) : fault_fixture{slots} { require_all_connected(); }

  run_handle submit(const std::string& nodes) {
    return coordinator().submit(must_parse(
      "{'troupe': 1, 'name': 'test', 'pipeline': [" + nodes + "]}", coordinator().steps()));
  }

  /// The lines about a step, by the id of its node; all that have come by now.
  std::vector<ledger_line> lines(const std::string& id, const std::string& what) const {
    auto all = read_ledger(ledger());
    std::erase_if(all, [&](auto& x) { return !x.key.ends_with("/" + id) || x.what != what; });
    return all;
  }

  /// The latest of so many, which must come.
  ledger_line require_line(const std::string& id, const std::string& what, size_t count = 1) const {
    BOOST_TEST_REQUIRE(becomes_true(soon, [&] { return lines(id, what).size() >= count; }),
                       id << ": no " << what << " number " << count);
    return lines(id, what)[count - 1];
  }

  worker_machine& machine_with(const ledger_line& x) {
    size_t i = 0;
    while (machine(i).worker().id() != x.process)
      ++i;
    return machine(i);
  }

  run_result require_end(const run_handle& run) const {
    BOOST_TEST_REQUIRE(run.wait_for(soon), "the run hangs");
    return run.result();
  }
};

/// As many workers, with room for many branches.
struct wide_fixture : loss_fixture {
  wide_fixture() : loss_fixture{250} {}
};

std::string spread_step(const std::string& id, const std::string& time) {
  return "{'id': '" + id + "', 'type': 'ledger', 'place': {'spread': true}, 'params': {'for': '" +
         time + "', 'value': 'done'}}";
}

size_t number_at(const std::string& load, size_t word) {
  std::istringstream in{load};
  size_t x = 0;
  for (size_t i = 0; i <= word; ++i)
    in >> x;
  return x;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(loss, loss_fixture)

BOOST_AUTO_TEST_CASE(a_branch_of_a_killed_worker_starts_elsewhere_at_once) {
  duration slowest{0};
  for (auto round : {"r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"}) {
    auto run = submit(spread_step(round, "300ms"));
    auto& lost = machine_with(require_line(round, "begin"));
    auto killed = ledger_time();
    lost.worker().signal(SIGKILL);
    auto again = require_line(round, "begin", 2);
    slowest = std::max(slowest, again.at - killed);
    BOOST_TEST(require_end(run).output.json() == "done");
    lost.restart();
    require_all_connected();
  }
  std::cout << "a branch of a killed worker starts elsewhere within " << troupe::to_string(slowest)
            << " (8 times)\n";
  BOOST_TEST((slowest < lease / 2), "as if it had been silent, and not closed");
}

BOOST_AUTO_TEST_CASE(a_branch_of_a_frozen_worker_starts_elsewhere_when_its_lease_ends) {
  auto run = submit(spread_step("a", "300ms"));
  auto& lost = machine_with(require_line("a", "begin"));
  auto frozen = ledger_time();
  lost.worker().signal(SIGSTOP);
  auto again = require_line("a", "begin", 2);
  std::cout << "a branch of a frozen worker starts elsewhere after "
            << troupe::to_string(again.at - frozen) << ", lease " << troupe::to_string(lease)
            << '\n';
  BOOST_TEST((again.at - frozen > lease * 3 / 4), "before the lease since its last beat had ended");
  BOOST_TEST((again.at - frozen < lease * 3), "long after its lease had ended");
  BOOST_TEST(require_end(run).output.json() == "done");
  lost.worker().signal(SIGCONT);
  check_all_idle();
}

BOOST_AUTO_TEST_CASE(a_worker_that_was_frozen_begins_nothing_for_a_run_that_has_gone_on) {
  auto run = submit(
    R"({'id': 'all', 'batch': {'items': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    'parallel': true, 'max_concurrent': 16}, 'place': {'spread': true}, 'sequence': [
      {'id': 'a', 'type': 'ledger', 'params': {'for': '300ms'}},
      {'id': 'b', 'type': 'ledger', 'params': {'for': '10ms', 'value': '${item}'}}]})");
  auto& away = machine_with(require_line("a", "begin", 16));
  away.worker().signal(SIGSTOP);
  auto result = require_end(run);
  BOOST_TEST(result.output.json()["success_count"] == 16);
  auto back = ledger_time();
  away.worker().signal(SIGCONT);
  check_all_idle();
  require_all_connected();
  for (auto& x : read_ledger(ledger()))
    BOOST_TEST((x.what != "begin" || x.at < back), x.key << " began in the worker that came back");
  auto next = submit(spread_step("next", "1ms"));
  BOOST_TEST(require_end(next).output.json() == "done");
}

BOOST_AUTO_TEST_CASE(a_worker_that_was_restarted_at_its_address_takes_branches_again) {
  auto& one = machine(2);
  one.worker().signal(SIGKILL);
  one.worker().wait();
  one.restart();
  require_all_connected();
  auto run = submit("{'id': 'a', 'type': 'ledger', 'place': {'node': '" + one.name() +
                    "'}, 'params': {'value': 'done'}}");
  BOOST_TEST(require_end(run).output.json() == "done");
  BOOST_TEST(require_line("a", "end").process == one.worker().id());
}

BOOST_AUTO_TEST_CASE(an_undo_whose_worker_is_lost_is_done_there_when_it_is_back) {
  auto run =
    submit(R"({'id': 'trip', 'on_error': 'rollback', 'parallel': [{'id': 'plan', 'sequence': [
    {'id': 'booked', 'type': 'ledger', 'place': {'spread': true}, 'params': {'value': 'b'},
     'undo': {'id': 'unbooked', 'type': 'ledger', 'params': {'for': '300ms', 'value': '${result}'}}},
    {'id': 'refused', 'type': 'fail', 'params': {'message': 'no seats'}}]}]})");
  auto& lost = machine_with(require_line("unbooked", "begin"));
  lost.worker().signal(SIGKILL);
  lost.worker().wait();
  lost.restart();
  auto result = require_end(run);
  BOOST_TEST(require_line("unbooked", "end").process == lost.worker().id());
  BOOST_TEST(result.error->message.find("no seats") != std::string::npos, result.error->message);
}

BOOST_AUTO_TEST_CASE(the_branches_of_a_killed_coordinator_are_cancelled) {
  auto flow = folder() + "/flow.json";
  std::ofstream{flow} << quoted(R"({'troupe': 1, 'name': 'test', 'pipeline': [
    {'id': 'all', 'batch': {'items': [1, 2, 3, 4, 5, 6, 7, 8], 'parallel': true, 'max_concurrent': 8},
     'place': {'spread': true}, 'type': 'ledger', 'params': {'for': '1m'}}]})");
  auto program = std::getenv("TROUPE_LEDGER_COORDINATOR");
  BOOST_TEST_REQUIRE(program,
                     "TROUPE_LEDGER_COORDINATOR is not set; run the tests with ./dev test");
  std::vector<std::string> command{program,  "--lease", "2000", "--ledger",
                                   ledger(), "--flow",  flow};
  for (size_t i = 0; i < workers; ++i)
    command.insert(command.end(), {"--worker", machine(i).address()});
  process other{command};
  auto begun = [&] {
    auto all = read_ledger(ledger());
    return all.size() == 8;
  };
  BOOST_TEST_REQUIRE(becomes_true(soon, begun));
  auto killed = ledger_time();
  other.signal(SIGKILL);
  check_all_idle();
  std::cout << "the branches of a killed coordinator were cancelled within "
            << troupe::to_string(ledger_time() - killed) << '\n';
  auto all = read_ledger(ledger());
  BOOST_TEST(std::count_if(all.begin(), all.end(), [](auto& x) { return x.what == "stopped"; }) ==
             8);
}

BOOST_AUTO_TEST_CASE(a_branch_on_a_slow_link_takes_its_time_and_is_not_lost) {
  if (!has_cables())
    return;
  auto& slow = machine(0);
  slow.cable()->slow_down("4mbit");
  auto flow =
    must_parse("{'troupe': 1, 'name': 'test', 'inputs': {'text': {}}, 'pipeline': [{'id': "
               "'a', 'type': 'ledger', 'place': {'node': '" +
                 slow.name() + "'}, 'params': {'value': '${inputs.text}'}}]}",
               coordinator().steps());
  std::string text(2'000'000, 'x'); // 4 s in each direction
  records seen;
  auto run = coordinator().submit(flow, value{nlohmann::json{{"text", text}}},
                                  {.on_event = seen.listener()});
  auto result = require_end(run);
  seen.wait_for_end();
  BOOST_TEST((result.output.json() == text), (result.error ? result.error->message : ""));
  BOOST_TEST((result.duration > 2 * lease), "the link was not slow");
  BOOST_TEST(seen.count_of_moves() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_cancel_reaches_a_thousand_branches, wide_fixture) {
  auto run = submit(R"({'id': 'numbers', 'type': 'jq', 'params': {'program': '[range(1000)]'}},
    {'id': 'all', 'batch': {'items': '${numbers}', 'parallel': true, 'max_concurrent': 1000},
     'place': {'spread': true}, 'type': 'sleep', 'params': {'for': '10m'}})");
  auto running = [&] {
    size_t count = 0;
    for (size_t i = 0; i < workers; ++i)
      count += number_at(machine(i).load(), 0);
    return count;
  };
  BOOST_TEST_REQUIRE(becomes_true(soon, [&] { return running() == 1000; }), running() << " run");
  auto told = ledger_time();
  run.cancel();
  auto result = require_end(run);
  auto answered = ledger_time();
  check_all_idle();
  std::cout << "a cancel of 1,000 branches on 4 workers was answered within "
            << troupe::to_string(answered - told) << '\n';
  BOOST_TEST((result.status == status::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::test
