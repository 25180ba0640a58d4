// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/ledger.hpp"
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::vector<ledger::ticket> all_of(std::initializer_list<ledger::ticket> x) { return x; }

/// That many parallel steps that cost 0.01 each, after a while.
std::string spenders(int count, const std::string& more) {
  auto items = json::array();
  for (auto i = 0; i < count; ++i)
    items.push_back(i);
  return "{'id': 'm', 'batch': {'items': " + items.dump() +
         ", 'parallel': true, 'max_concurrent': 100000}, 'type': 'costly'" + more + "}";
}

struct budget_fixture : run_fixture {
  int started = 0;
  budget_fixture() {
    kinds.add_async("costly", [this](const step_input& in, const promise& answer) {
      ++started;
      step_output out{in.input};
      out.metrics = {{"cost_usd", 0.01}, {"tokens", {{"total", 10}}}};
      answer.succeed_after(10ms, out);
    });
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(ledger_suite)

BOOST_AUTO_TEST_CASE(what_is_expected_is_reserved_and_what_does_not_fit_waits) {
  ledger x{{.cost = 100}};
  x.ask(1, {.cost = 60}, false);
  x.ask(2, {.cost = 60}, false);
  BOOST_TEST(x.grant() == all_of({1}), boost::test_tools::per_element());
  BOOST_TEST(x.is_waiting(2));
  x.settle(1, {.cost = 30}); // less than expected
  BOOST_TEST(x.grant() == all_of({2}), boost::test_tools::per_element());
  BOOST_TEST(x.trouble().empty());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_although_nothing_runs_exceeds_the_budget) {
  ledger x{{.cost = 100}};
  x.ask(1, {.cost = 60}, false);
  x.grant();
  x.settle(1, {.cost = 60});
  x.ask(2, {.cost = 60}, false);
  BOOST_TEST(x.grant().empty());
  BOOST_TEST(x.trouble().find("would have been spent") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(spending_more_than_may_be_is_seen_while_it_happens) {
  ledger x{{.tokens = 100}};
  x.ask(1, {}, false);
  x.grant();
  x.meter(1, {.tokens = 100});
  BOOST_TEST(x.trouble().empty());
  BOOST_TEST(x.share_spent() == 1.0);
  x.meter(1, {.tokens = 101});
  BOOST_TEST(x.trouble() == "tokens: 101 of 100 spent");
}

BOOST_AUTO_TEST_CASE(what_takes_back_is_never_refused_and_breaks_no_bound) {
  ledger x{{.steps = 1}};
  x.ask(1, {}, false);
  x.ask(2, {}, false);
  x.ask(3, {}, true);
  BOOST_TEST(x.grant() == all_of({3, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(budget_suite, budget_fixture)

BOOST_AUTO_TEST_CASE(with_estimates_exactly_as_many_start_as_can_be_paid) {
  run_all(spenders(1000, ", 'expects': {'cost_usd': 0.01}, 'budget': {'cost_usd': 1.00}"));
  BOOST_TEST(started == 100);
  BOOST_TEST(code_of(*result) == "budget_exceeded");
  BOOST_TEST(result->metrics.json().at("cost_usd") == 1.0);
  BOOST_TEST(!node(0).metadata.at("budget").json().at("cost_usd").contains("overshoot"));
}

BOOST_AUTO_TEST_CASE(without_estimates_no_more_is_spent_over_than_by_those_that_run) {
  auto flow = spenders(1000, ", 'budget': {'cost_usd': 1.00}");
  flow.replace(flow.find("100000"), 6, "10");
  run_all(flow);
  BOOST_TEST(code_of(*result) == "budget_exceeded");
  BOOST_TEST(started <= 110);
  BOOST_TEST(node(0).metadata.at("budget").json().at("cost_usd").at("overshoot").get<double>() <=
             0.1);
}

BOOST_AUTO_TEST_CASE(what_is_spent_live_stops_what_runs_at_once) {
  kinds.add_async("meter", [](const step_input& in, const promise& answer) {
    in.spent({{"tokens", {{"total", 200}}}});
    auto stop = std::make_shared<std::optional<std::stop_callback<std::function<void()>>>>();
    stop->emplace(in.stop, [answer] {
      answer.fail({errc::cancelled, "stopped", {}, json{{"tokens", {{"total", 250}}}}});
    });
    static std::vector<std::shared_ptr<void>> kept;
    kept.push_back(stop);
  });
  run_all("{'id': 'a', 'type': 'meter', 'budget': {'tokens': 100}, 'fallback': {'id': 'no', "
          "'type': 'echo'}}");
  BOOST_TEST(code_of(*result) == "budget_exceeded");
  BOOST_TEST(result->metrics.json().at("tokens").at("total") == 250); // its bill counts
  BOOST_TEST(told(event_type::step_started, "a/fallback/no") == 0u);
  BOOST_TEST(told(event_type::budget_warning, "a") == 1u);
}

BOOST_AUTO_TEST_CASE(budgets_bind_together_and_an_outer_fallback_stands_in) {
  run_all("{'id': 'g', 'sequence': [" +
            spenders(10, ", 'expects': {'cost_usd': 0.01}, 'budget': {'cost_usd': 0.03}") +
            "], 'fallback': {'id': 'cheap', 'type': 'echo', 'params': {'value': 'cheap'}}}",
          "'budget': {'cost_usd': 0.05},");
  BOOST_TEST(output() == "cheap");
  BOOST_TEST(started == 3);
  started = 0;
  run_all(spenders(10, ", 'expects': {'cost_usd': 0.01}, 'budget': {'cost_usd': 0.05}"),
          "'budget': {'cost_usd': 0.02},");
  BOOST_TEST(started == 2);
  BOOST_TEST(result->error->path == "");
  BOOST_TEST(code_of(*result) == "budget_exceeded");
}

BOOST_AUTO_TEST_CASE(steps_and_time_are_budgets_too) {
  run_all(spenders(5, ", 'budget': {'steps': 3}"));
  BOOST_TEST(started == 3);
  BOOST_TEST(result->error->message == "steps: 4 of 3 would have been spent");
  run_all("{'id': 'a', 'type': 'sleep', 'params': {'for': '1h'}, 'budget': {'duration': '2s'}}");
  BOOST_TEST(code_of(*result) == "budget_exceeded");
  BOOST_TEST((lasted() >= 2s && lasted() < 2100ms));
}

BOOST_AUTO_TEST_CASE(tolerance_inside_does_not_soften_a_breach) {
  auto flow = spenders(5, ", 'budget': {'steps': 3}");
  flow.replace(flow.find("'parallel'"), 10, "'on_error': 'continue', 'parallel'");
  run_all(flow);
  BOOST_TEST(code_of(*result) == "budget_exceeded");
}

BOOST_AUTO_TEST_CASE(a_budget_of_a_step_binds_the_step_itself) {
  run_all("{'id': 'a', 'type': 'costly', 'budget': {'steps': 0}}");
  BOOST_TEST(code_of(*result) == "budget_exceeded");
  BOOST_TEST(result->error->path == "a");
  BOOST_TEST(started == 0);
}

BOOST_AUTO_TEST_CASE(a_backup_with_a_budget_of_its_own_is_bound_by_the_nodes_too) {
  run_all("{'id': 'a', 'type': 'fail', 'budget': {'tokens': 30}, 'fallback': {'id': 'b', 'type': "
          "'spend', 'params': {'tokens': 50}, 'budget': {'cost_usd': 1}}}");
  BOOST_TEST(code_of(*result) == "budget_exceeded");
}

BOOST_AUTO_TEST_CASE(skipped_steps_and_helpers_cost_nothing) {
  run_all("{'id': 'a', 'type': 'costly', 'when': 'false'}, {'id': 'c', 'choice': [{'when': 'true', "
          "'then': {'type': 'costly'}}]}",
          "'budget': {'steps': 1},");
  BOOST_TEST(status_of(*result) == "succeeded");
  BOOST_TEST(started == 1);
}

BOOST_AUTO_TEST_CASE(an_undo_is_paid_whatever_is_left) {
  run_all("{'id': 'a', 'type': 'costly', 'undo': {'id': 'back', 'type': 'costly'}}, {'id': 'b', "
          "'type': 'costly'}",
          "'on_error': 'rollback', 'budget': {'steps': 1},");
  BOOST_TEST(code_of(*result) == "budget_exceeded");
  BOOST_TEST(started == 2);
  BOOST_TEST(told(event_type::step_finished, "a/undo/back") == 1u);
  BOOST_TEST(result->metrics.json().at("cost_usd") == 0.02);
}

BOOST_AUTO_TEST_SUITE_END()
