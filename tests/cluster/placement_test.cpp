// SPDX-License-Identifier: Apache-2.0
#include "cluster/placement.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace {

worker_offer offer(const std::string& name, size_t slots, std::set<std::string> labels = {},
                   std::set<std::string> kinds = {"echo", "jq"}) {
  return {.name = name, .labels = std::move(labels), .kinds = std::move(kinds), .slots = slots};
}

std::shared_ptr<const place_request> wish(const std::string& run = "r",
                                          const std::string& label = "",
                                          const std::string& worker = "",
                                          std::set<std::string> kinds = {"echo"}) {
  return std::make_shared<const place_request>(
    place_request{.run_id = run, .kinds = std::move(kinds), .label = label, .worker = worker});
}

/// "1@2 3@1": which branch goes to which worker.
std::string told(const std::vector<placement::decision>& all) {
  std::string text;
  for (auto& [branch, worker] : all)
    text += (text.empty() ? "" : " ") + std::to_string(branch) + "@" + std::to_string(worker);
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(placement_suite)

BOOST_AUTO_TEST_CASE(the_least_loaded_worker_takes_the_next_branch) {
  placement x;
  x.add(1, offer("a", 4));
  x.add(2, offer("b", 2));
  for (uint64_t branch = 1; branch <= 6; ++branch)
    x.ask(branch, wish());
  BOOST_TEST(told(x.assign()) == "1@1 2@2 3@1 4@1 5@2 6@1");
}

BOOST_AUTO_TEST_CASE(what_finds_no_free_slot_waits_for_one_in_its_order) {
  placement x;
  x.add(1, offer("a", 1));
  for (uint64_t branch = 1; branch <= 3; ++branch)
    x.ask(branch, wish());
  BOOST_TEST(told(x.assign()) == "1@1");
  BOOST_TEST(x.waiting() == 2u);
  BOOST_TEST(told(x.assign()) == "");
  x.leave(1);
  BOOST_TEST(told(x.assign()) == "2@1");
}

BOOST_AUTO_TEST_CASE(a_worker_has_to_have_the_label_the_name_and_the_kinds) {
  placement x;
  x.add(1, offer("a", 9));
  x.add(2, offer("b", 9, {"gpu"}, {"echo"}));
  x.ask(1, wish("r", "gpu"));
  x.ask(2, wish("r", "", "a"));
  x.ask(3, wish("r", "", "", {"echo", "jq"}));
  x.ask(4, wish("r", "gpu", "", {"jq"}));
  x.ask(5, wish("r", "", "c"));
  auto decided = x.assign();
  std::sort(decided.begin(), decided.end(), [](auto& l, auto& r) { return l.branch < r.branch; });
  BOOST_TEST(told(decided) == "1@2 2@1 3@1");
  BOOST_TEST(x.obstacle(5) == "no worker called \"c\" is connected (those that are: a, b)");
  BOOST_TEST(x.obstacle(4) ==
             "no worker with the label \"gpu\" is connected (those that are: a, b)");
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_label_holds_up_nobody_else) {
  placement x;
  x.add(1, offer("a", 1));
  x.ask(1, wish("r", "gpu"));
  x.ask(2, wish());
  BOOST_TEST(told(x.assign()) == "2@1");
}

BOOST_AUTO_TEST_CASE(runs_take_turns) {
  placement x;
  for (uint64_t branch = 1; branch <= 4; ++branch)
    x.ask(branch, wish("large"));
  x.ask(5, wish("small"));
  x.add(1, offer("a", 3));
  BOOST_TEST(told(x.assign()) == "1@1 5@1 2@1");
}

BOOST_AUTO_TEST_CASE(a_worker_that_drains_or_is_gone_takes_nothing) {
  placement x;
  x.add(1, offer("a", 2));
  x.ask(1, wish());
  BOOST_TEST(told(x.assign()) == "1@1");
  x.drain(1, true);
  x.ask(2, wish());
  BOOST_TEST(told(x.assign()) == "");
  BOOST_TEST(x.obstacle(2) == "every worker that can run it was busy or draining");
  BOOST_TEST((x.remove(1) == std::vector<placement::ticket>{1}));
  BOOST_TEST(x.obstacle(2) == "no worker is connected");
  x.add(2, offer("b", 2));
  BOOST_TEST(told(x.assign()) == "2@2");
}

BOOST_AUTO_TEST_CASE(a_branch_does_not_go_back_to_where_it_was_lost_while_there_is_another) {
  placement x;
  x.add(1, offer("comes_and_goes", 9));
  x.add(2, offer("b", 1));
  auto again = std::make_shared<const place_request>(
    place_request{.run_id = "r", .kinds = {"echo"}, .lost = {"comes_and_goes"}});
  x.ask(1, again);
  x.ask(2, again);
  BOOST_TEST(told(x.assign()) == "1@2");
  x.remove(2);
  BOOST_TEST(told(x.assign()) == "2@1"); // better there than nowhere
}

BOOST_AUTO_TEST_CASE(who_has_left_is_passed_over) {
  placement x;
  x.ask(1, wish());
  x.ask(2, wish());
  x.leave(1);
  x.add(1, offer("a", 9));
  BOOST_TEST(told(x.assign()) == "2@1");
  x.leave(2);
  x.leave(2);
  x.ask(3, wish());
  BOOST_TEST(told(x.assign()) == "3@1");
}

BOOST_AUTO_TEST_SUITE_END()
