// SPDX-License-Identifier: Apache-2.0
#include "actors/reducer.hpp"

#include "tests/actors/group_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

struct reducer_fixture : node_fixture {
  registry kinds = built_in_kinds();

  /// The `context_merge` of a group, as a document spells it.
  const plan::context_rules& read_rules(const std::string& text) {
    auto& node = read("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'echo'}], 'context_merge': {" +
                        text + "}}",
                      "", kinds);
    return std::get<plan::parallel>(node.body).context_merge;
  }
  /// A reducer that has asked the pool for two keys, 1 and 2.
  caf::actor computing_two_keys() {
    auto& rules = read_rules("'*': {'jq': '.'}"); // first: it makes the services
    auto one = sys.spawn(reducer, services, rules, "g");
    deliver(
      parent, one,
      reduce{7, seen(), {{{"k", value{1}}, {"l", value{1}}}, {{"k", value{2}}, {"l", value{2}}}}});
    return one;
  }
  /// What the group found.
  std::shared_ptr<const scope> seen(context before = {}) const {
    auto x = *order().scope;
    x.context = std::move(before);
    return std::make_shared<const scope>(std::move(x));
  }
  /// Merges what two branches did to key `k`; `rule` as a document spells it.
  reduced merge(const std::string& rule, std::optional<json> base, std::optional<json> first,
                std::optional<json> second) {
    auto& rules = read_rules("'k': " + rule);
    auto worker = sys.spawn(test::worker, 0);
    auto with_worker = *services;
    with_worker.pool = worker;
    auto one = sys.spawn(reducer, std::make_shared<const run_services>(with_worker), rules, "g");
    context before;
    if (base)
      before = before.set("k", value{*base});
    auto change = [](std::optional<json> x) {
      return changes{{"k", x ? std::optional{value{*x}} : std::nullopt}};
    };
    deliver(parent, one, reduce{7, seen(before), {change(first), change(second)}});
    if (std::holds_alternative<plan::helper>(rules.at("k"))) {
      expect<work>(one, worker);
      expect<worked>({}, one);
    }
    caf::anon_send_exit(worker, caf::exit_reason::user_shutdown);
    return expect<reduced>(one, parent);
  }
  static worked said(attempt_id number, expected<step_output> what) {
    return {number, std::make_shared<const outcome>(outcome{std::move(what)})};
  }
  json merged_value(const std::string& rule, std::optional<json> base, json first, json second) {
    auto x = merge(rule, std::move(base), std::move(first), std::move(second));
    BOOST_REQUIRE_MESSAGE(!x.error, (x.error ? x.error->message : ""));
    return x.delta.at("k") ? x.delta.at("k")->json() : json("erased");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(reducer_suite, reducer_fixture)

BOOST_AUTO_TEST_CASE(the_last_or_the_first_write_wins_by_definition) {
  BOOST_TEST(merged_value("'last_write_wins'", 0, 1, 2) == 2);
  BOOST_TEST(merged_value("'first_write_wins'", 0, 1, 2) == 1);
}

BOOST_AUTO_TEST_CASE(equal_values_never_conflict) {
  auto x = merge("'error'", 0, 1, 1);
  BOOST_TEST(!x.error);
  BOOST_TEST(x.conflicts.empty());
}

BOOST_AUTO_TEST_CASE(error_refuses_a_conflict) {
  auto x = merge("'error'", 0, 1, 2);
  BOOST_REQUIRE(x.error);
  BOOST_TEST(x.error->message == "context.k: several branches changed it");
}

BOOST_AUTO_TEST_CASE(append_adds_what_each_branch_added) {
  BOOST_TEST(merged_value("'append'", json{1}, {1, 2}, {1, 3}) == json({1, 2, 3}));
  BOOST_TEST(merged_value("'append'", json{1}, json::array({9}), {1, 3}) == json({1, 9, 3}));
  BOOST_TEST(merged_value("'append'", {}, json::array({2}), json::array({3})) == json({2, 3}));
}

BOOST_AUTO_TEST_CASE(union_leaves_out_duplicates) {
  BOOST_TEST(merged_value("'union'", json{"a"}, {"a", "b"}, {"a", "c", "b"}) ==
             json({"a", "b", "c"}));
}

BOOST_AUTO_TEST_CASE(sum_adds_the_differences) {
  BOOST_TEST(merged_value("'sum'", 10, 11, 15) == 16);
  BOOST_TEST(merged_value("'sum'", {}, 1, 2) == 3);
  BOOST_TEST(merged_value("'sum'", 0.5, 1.0, 2.0) == 2.5);
}

BOOST_AUTO_TEST_CASE(max_and_min_look_at_the_base_too) {
  BOOST_TEST(merged_value("'max'", 5, 1, 3) == 5);
  BOOST_TEST(merged_value("'max'", {}, 1, 3) == 3);
  BOOST_TEST(merged_value("'min'", 2, 4, 3) == 2);
}

BOOST_AUTO_TEST_CASE(deep_merge_is_three_way_for_each_member) {
  auto base = json{{"a", 1}, {"b", {{"c", 1}}}};
  auto first = json{{"a", 2}, {"b", {{"c", 1}}}},
       second = json{{"a", 1}, {"b", {{"c", 1}, {"d", 2}}}};
  auto wanted = json{{"a", 2}, {"b", {{"c", 1}, {"d", 2}}}};
  BOOST_TEST(merged_value("'deep_merge'", base, first, second) == wanted);
}

BOOST_AUTO_TEST_CASE(a_program_decides_over_base_and_values) {
  BOOST_TEST(merged_value("{'jq': '.base + (.values | add)'}", 1, 10, 100) == 111);
  BOOST_TEST(
    (merge("{'jq': '.values | error(\\'no\\')'}", 1, 2, 3).error->code == errc::expression_failed));
}

BOOST_AUTO_TEST_CASE(a_program_reads_what_the_group_may_read) {
  BOOST_TEST(merged_value("{'jq': '.base + ($context.k * 10)'}", 1, 2, 3) == 11);
}

BOOST_AUTO_TEST_CASE(a_function_of_the_host_decides_over_key_base_and_values) {
  kinds.add_context_merge("all_of_it", [](const value& x) { return x; });
  auto given = json{{"key", "k"}, {"base", nullptr}, {"values", {1, 2}}};
  BOOST_TEST(merged_value("'all_of_it'", {}, 1, 2) == given);
  given = json{{"key", "k"}, {"base", 0}, {"values", {1, nullptr}}};
  auto x = merge("'all_of_it'", 0, 1, {});
  BOOST_TEST(x.delta.at("k")->json() == given);
  BOOST_TEST((x.conflicts == std::vector<conflict>{{"k", "all_of_it"}}));
}

BOOST_AUTO_TEST_CASE(what_a_function_throws_is_a_merge_that_failed) {
  kinds.add_context_merge("broken",
                          [](const value&) -> value { throw std::runtime_error{"no list"}; });
  kinds.add_context_merge("refusing", [](const value&) -> value {
    throw step_error{errc::denied, "not these", {}, {{"cost_usd", 0.5}}};
  });
  auto x = merge("'broken'", 0, 1, 2);
  BOOST_TEST((x.error->code == errc::merge_conflict));
  BOOST_TEST(x.error->message == "context.k: no list");
  x = merge("'refusing'", 0, 1, 2);
  BOOST_TEST((x.error->code == errc::denied));
  BOOST_TEST(x.spent.json() == (json{{"cost_usd", 0.5}}));
}

BOOST_AUTO_TEST_CASE(an_erased_key_is_a_change_like_any_other) {
  auto x = merge("'last_write_wins'", 0, 1, {});
  BOOST_TEST(!x.delta.at("k").has_value());
  BOOST_TEST((merge("'sum'", 0, 1, {}).error->code == errc::merge_conflict));
}

BOOST_AUTO_TEST_CASE(values_of_the_wrong_type_do_not_merge) {
  BOOST_TEST(merge("'append'", 0, json::array({1}), 2).error->message ==
             "context.k: wanted a list, got number");
  BOOST_TEST(merge("'append'", 0, json::array({1}), json::array({2})).error->message ==
             "context.k: wanted a list as base, got number");
  BOOST_TEST((merge("'deep_merge'", {}, 1, 2).error->code == errc::merge_conflict));
}

BOOST_AUTO_TEST_CASE(the_first_program_that_fails_ends_the_others) {
  auto one = computing_two_keys();
  expect<work>(one, pool);
  expect<set_alarm>(one, clock);
  auto other = std::static_pointer_cast<call>(expect<work>(one, pool).job);
  other->begin(); // a thread has taken it
  expect<set_alarm>(one, clock);
  deliver(pool, one, said(1, failure(errc::expression_failed, "jq: no")));
  expect<clear_alarm>(one, clock);
  BOOST_TEST((expect<reduced>(one, parent).error->code == errc::expression_failed));
  expect<clear_alarm>(one, clock);
  BOOST_TEST(expect<abandoned>(one, run).path == "g");
  expect<gave_up>(one, pool);
  BOOST_TEST(other->is_abandoned());
}

BOOST_AUTO_TEST_CASE(an_alarm_that_crosses_the_value_changes_nothing) {
  auto one = computing_two_keys();
  for (auto i = 0; i < 2; ++i) {
    expect<work>(one, pool);
    expect<set_alarm>(one, clock);
  }
  deliver(pool, one, said(1, value{1}));
  expect<clear_alarm>(one, clock);
  deliver(clock, one, expired{1}); // it was on its way
  deliver(pool, one, said(2, value{2}));
  expect<clear_alarm>(one, clock);
  BOOST_TEST(!expect<reduced>(one, parent).error);
}

BOOST_AUTO_TEST_SUITE_END()
