// SPDX-License-Identifier: Apache-2.0
#include "config/plan.hpp"
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

const plan::node& node_of(const flow& x, size_t place) {
  return std::get<plan::sequence>(x.plan()->root.body).children.at(place);
}

flow with_nodes(const std::string& nodes, const std::string& more = "") {
  return must_parse("{'troupe': 1, " + more + " 'pipeline': [" + nodes + "]}");
}

} // namespace

BOOST_AUTO_TEST_SUITE(native_suite)

BOOST_AUTO_TEST_CASE(nodes_have_paths_and_groups_get_ids_by_their_number) {
  auto x = with_nodes("{'type': 'echo'}, {'parallel': [{'id': 'a', 'type': 'echo'}, {'sequence': "
                      "[{'type': 'read-file', 'params': {'file_path': 'x'}}]}]}, {'parallel': "
                      "{'left': {'type': 'echo'}, 'right': [{'id': 'r', 'type': 'echo'}]}}");
  BOOST_TEST(node_of(x, 0).path == "echo_1");
  auto& group = std::get<plan::parallel>(node_of(x, 1).body);
  BOOST_TEST(group.branches[0].path == "parallel_1/a");
  auto& inner = std::get<plan::sequence>(group.branches[1].body);
  BOOST_TEST(inner.children[0].path == "parallel_1/sequence_1/read_file_1");
  auto& named = std::get<plan::parallel>(node_of(x, 2).body);
  BOOST_TEST(named.branches[0].path == "parallel_2/left");
  BOOST_TEST(std::get<plan::sequence>(named.branches[1].body).children[0].path ==
             "parallel_2/right/r");
}

BOOST_AUTO_TEST_CASE(wrappers_are_read_with_their_defaults) {
  auto x = with_nodes(
    "{'type': 'echo', 'timeout': 2, 'deadline': '1m', 'retry': 3, 'fallback': [{'id': 'b', 'type': "
    "'echo'}], 'fallback_on': ['timeout']}, {'type': 'echo', 'retry': {'attempts': 4, 'initial': "
    "'10ms', 'factor': 3, 'max': '1s', 'jitter': 'none', 'on': ['crashed'], 'max_elapsed': '9s'}}");
  auto& first = node_of(x, 0);
  BOOST_TEST((first.timeout == 2s));
  BOOST_TEST((first.deadline == 60s));
  BOOST_TEST(first.retry.attempts == 3);
  BOOST_TEST((first.retry.initial == 1s));
  BOOST_TEST(first.retry.jitter);
  BOOST_TEST(first.fallback.at(0).path == "echo_1/fallback/b");
  BOOST_TEST(first.fallback_on->contains(errc::timeout));
  auto& second = node_of(x, 1).retry;
  BOOST_TEST((second.initial == 10ms && second.max == 1s && second.max_elapsed == 9s));
  BOOST_TEST(second.factor == 3);
  BOOST_TEST(!second.jitter);
  BOOST_TEST(second.on->contains(errc::crashed));
}

BOOST_AUTO_TEST_CASE(defaults_apply_to_steps_and_backups_and_not_to_groups) {
  auto x = with_nodes("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'echo', 'timeout': '1s'}, "
                      "{'id': 'b', 'type': 'echo', 'fallback': {'id': 'c', 'type': 'echo'}}]}",
                      "'defaults': {'timeout': '5s', 'retry': {'attempts': 2}},");
  auto& group = node_of(x, 0);
  BOOST_TEST(!group.timeout);
  BOOST_TEST(group.retry.attempts == 1);
  auto& children = std::get<plan::sequence>(group.body).children;
  BOOST_TEST((children[0].timeout == 1s));
  BOOST_TEST((children[1].timeout == 5s));
  BOOST_TEST(children[1].fallback[0].retry.attempts == 2);
}

BOOST_AUTO_TEST_CASE(parallel_defaults_depend_on_the_strategy) {
  auto x = with_nodes(
    "{'parallel': [{'type': 'echo'}]}, {'parallel': [{'type': 'echo'}], 'merge': 'first_success'}, "
    "{'parallel': [{'type': 'echo'}], 'merge': {'best_quality': {'score': '.n'}}}");
  BOOST_TEST((std::get<plan::parallel>(node_of(x, 0).body).on_error == plan::on_error::fail_fast));
  BOOST_TEST(
    (std::get<plan::parallel>(node_of(x, 1).body).on_error == plan::on_error::continue_all));
  auto& best = std::get<plan::parallel>(node_of(x, 2).body);
  BOOST_TEST((best.on_error == plan::on_error::continue_all));
  BOOST_TEST(best.merge.score->type == "expression");
}

BOOST_AUTO_TEST_CASE(a_node_that_is_not_enabled_is_as_if_not_written) {
  auto x = with_nodes(
    "{'id': 'a', 'type': 'echo', 'enabled': false}, {'id': 'b', 'type': 'echo', 'enabled': true}");
  BOOST_TEST(std::get<plan::sequence>(x.plan()->root.body).children.size() == 1u);
  BOOST_TEST(codes_of("{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'echo', 'enabled': false}, "
                      "{'type': 'echo', 'params': {'value': '${a}'}}]}") == "unknown_reference");
}

BOOST_AUTO_TEST_CASE(only_what_is_read_is_carried_along) {
  auto x = with_nodes("{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}, {'id': 'c', "
                      "'type': 'jq', 'params': {'program': '$a'}}");
  BOOST_TEST(node_of(x, 0).slot.has_value());
  BOOST_TEST(!node_of(x, 1).slot.has_value());
}

BOOST_AUTO_TEST_CASE(the_inside_of_a_group_is_readable_behind_it) {
  with_nodes("{'parallel': [{'id': 'a', 'sequence': [{'id': 'b', 'type': 'echo'}, {'id': 'c', "
             "'type': 'echo', 'params': {'value': '${b}'}}]}]}, {'type': 'echo', 'params': "
             "{'value': '${a} ${b.x} ${steps.c.metrics}'}}");
}

BOOST_AUTO_TEST_CASE(inputs_are_declared_by_their_use_where_there_is_no_section) {
  auto x = with_nodes("{'type': 'echo', 'params': {'value': '${inputs.a} ${workflow.b ?? 1}'}}");
  BOOST_TEST(x.plan()->inputs.at("a").required);
  BOOST_TEST(!x.plan()->inputs.at("b").required);
  BOOST_TEST(plan::accept_inputs(*x.plan(), value{nlohmann::json{{"b", 1}}}).error().message ==
             "inputs.a: wanted a value, got none");
  BOOST_TEST(plan::accept_inputs(*x.plan(), value{nlohmann::json{{"a", 1}, {"z", 2}}}).has_value());
}

BOOST_AUTO_TEST_CASE(declared_inputs_are_checked_and_filled_in) {
  auto x = with_nodes("{'type': 'echo', 'params': {'value': '${inputs}'}}",
                      "'inputs': {'n': {'type': 'integer', 'default': 3}, 's': {'type': 'string'}, "
                      "'o': {'required': false}},");
  auto accept = [&](nlohmann::json given) { return plan::accept_inputs(*x.plan(), value{given}); };
  BOOST_TEST(accept({{"s", "x"}})->json() ==
             nlohmann::json({{"n", 3}, {"s", "x"}, {"o", nullptr}}));
  BOOST_TEST(accept({{"s", "x"}, {"n", 1.5}}).error().message ==
             "inputs.n: wanted integer, got number");
  BOOST_TEST(accept({{"s", 1}}).error().message == "inputs.s: wanted string, got number");
  BOOST_TEST(accept({{"s", "x"}, {"m", 1}}).error().message ==
             "inputs.m: the flow has no such input; did you mean \"n\"?");
  BOOST_TEST(accept(5).error().message == "inputs: wanted an object, got number");
}

BOOST_AUTO_TEST_CASE(types_are_expanded_with_what_the_step_gives) {
  auto x = must_parse("{'troupe': 1, 'types': {"
                      " 'say': {'type': 'template', 'output': 'text', 'params': {'text': "
                      "'${params.greeting ?? \\'hello\\'}, ${params.who}! ${model}'}},"
                      " 'shout': {'type': 'say', 'params': {'who': '${params.whom}', 'greeting': "
                      "'HEY', 'model': '${params.model}'}}},"
                      " 'pipeline': [{'id': 'a', 'type': 'echo', 'params': {'value': 'w'}}, {'id': "
                      "'b', 'type': 'shout', 'model': 'm1', 'params': {'whom': '${a}'}}]}");
  auto& step = std::get<plan::step>(node_of(x, 1).body);
  BOOST_TEST(step.kind->name == "template");
  BOOST_TEST(node_of(x, 1).type == "shout");
  auto& text = std::get<plan::text_template>(
    std::get<plan::value_template::object>(step.params.content).at(0).second.content);
  BOOST_TEST(std::get<std::string>(text.parts.at(0)) == "HEY, ");
  BOOST_TEST(std::get<std::string>(text.parts.at(2)) == "! m1");
}

BOOST_AUTO_TEST_CASE(a_filter_in_a_type_is_applied_to_what_the_step_gives) {
  auto text_of = [](const std::string& who) {
    auto x = must_parse("{'troupe': 1, 'types': {'loud': {'type': 'template', 'params': {'text': "
                        "'${params.who | upper | tojson}'}}}, 'pipeline': [{'id': 'a', 'type': "
                        "'echo'}, {'type': 'loud', 'params': {'who': '" +
                        who + "'}}]}");
    return x.describe()["nodes"][1]["params"]["text"];
  };
  BOOST_TEST(text_of("ada") == "\"ADA\"");
  BOOST_TEST(text_of("${a.name}") == "${a.name | upper | tojson}");
  BOOST_TEST(codes_of("{'troupe': 1, 'types': {'loud': {'type': 'template', 'params': {'text': "
                      "'${params.who | upper}'}}}, 'pipeline': [{'type': 'loud', 'params': "
                      "{'who': 3}}, {'type': 'loud', 'params': {'who': 'x ${context.y}'}}]}") ==
             "invalid_params invalid_params");
}

BOOST_AUTO_TEST_CASE(a_group_that_wants_all_of_its_branches_leaves_none_in_doubt) {
  auto codes = [](const std::string& least) {
    return codes_of("{'troupe': 1, 'pipeline': [{'on_error': 'continue', 'min_success': " + least +
                    ", 'parallel': [{'id': 'a', 'type': 'echo'}, {'id': 'b', 'type': 'echo'}]}, "
                    "{'type': 'echo', 'params': {'value': '${a}'}}]}");
  };
  BOOST_TEST(codes("1") == "possibly_absent");
  BOOST_TEST(codes("2") == "");
}

BOOST_AUTO_TEST_CASE(only_keys_that_leave_their_branches_conflict) {
  auto codes = [](const std::string& a, const std::string& more) {
    return codes_of("{'troupe': 1, 'pipeline': [{'parallel': [{'id': 'a', 'type': 'echo', 'set': "
                    "{'" +
                    a + "': 1}" + more + "}, {'id': 'b', 'type': 'echo', 'set': {'" + a +
                    "': {}}}]}]}");
  };
  BOOST_TEST(codes("k", "") == "conflicting_writes");
  BOOST_TEST(codes("k", ", 'exports': ['k']") == "conflicting_writes");
  BOOST_TEST(codes("k", ", 'exports': ['other']") == "");
  BOOST_TEST(codes("*", "") == "");
}

BOOST_AUTO_TEST_CASE(a_param_with_a_format_that_is_no_text_is_refused) {
  BOOST_TEST(codes_of("{'troupe': 1, 'pipeline': [{'type': 'jq', 'params': {'program': {}}}]}") ==
             "invalid_params");
}

BOOST_AUTO_TEST_CASE(yaml_and_json_become_the_same_plan) {
  auto kinds = built_in_kinds();
  auto yaml = parse_flow("troupe: 1\nname: y\npipeline:\n- id: a\n  type: echo\n  params: {value: "
                         "[0123, yes, 0x1F, 1e2, '5', ~, true]}\n",
                         kinds, "x.yaml");
  BOOST_REQUIRE(yaml);
  auto& step = std::get<plan::step>(node_of(*yaml, 0).body);
  auto got = std::get<value>(step.params.content).json();
  BOOST_TEST(got.at("value") == nlohmann::json({123, "yes", 31, 100.0, "5", nullptr, true}));
}

BOOST_AUTO_TEST_CASE(an_alias_is_a_copy) {
  auto kinds = built_in_kinds();
  auto yaml = parse_flow("troupe: 1\npipeline: [{type: echo, params: {value: &v {n: 1}}}, {type: "
                         "echo, params: {value: *v}}]\n",
                         kinds, "x.yaml");
  BOOST_REQUIRE(yaml);
  auto& step = std::get<plan::step>(node_of(*yaml, 1).body);
  BOOST_TEST(std::get<value>(step.params.content).json().at("value").at("n") == 1);
}

BOOST_AUTO_TEST_CASE(whole_numbers_of_64_bits_are_kept) {
  auto x = with_nodes(
    "{'type': 'echo', 'params': {'value': [9223372036854775807, 18446744073709551615]}}");
  auto got = std::get<value>(std::get<plan::step>(node_of(x, 0).body).params.content).json();
  BOOST_TEST(got.at("value").dump() == "[9223372036854775807,18446744073709551615]");
}

BOOST_AUTO_TEST_CASE(the_older_version_key_and_a_schema_key_are_accepted) {
  must_parse("{'ir_version': '0.2.0', '$schema': 'x', 'pipeline': [{'type': 'echo', 'meta': {'a': "
             "1}}], 'meta': {}}");
}

BOOST_AUTO_TEST_CASE(a_pattern_is_matched_with_texts_of_a_bounded_length) {
  auto schema = *config::schema::compile(
    {{"properties",
      {{"t", {{"pattern", "^((((((((a|b))))))))*$"}}}, {"free", nlohmann::json::object()}}}});
  auto with = [](size_t length) { return value{nlohmann::json{{"t", std::string(length, 'a')}}}; };
  BOOST_TEST(schema->problem_of(with(16'384)) == "");
  BOOST_TEST(schema->problem_of(with(16'385)) ==
             "/t: a text that is matched with a `pattern` may have at most 16384 bytes");
}

BOOST_AUTO_TEST_CASE(a_pattern_that_could_end_the_process_or_never_end_is_refused) {
  auto problem = [](const std::string& pattern) {
    auto made = config::schema::compile({{"pattern", pattern}});
    return made ? std::string{} : made.error().message;
  };
  BOOST_TEST(problem("^[(*+]+\\(x{2,}(a|b)?$") == "");
  BOOST_TEST(problem("^(a+)+$") ==
             "the pattern \"^(a+)+$\" repeats what repeats by itself, which may take for ever");
  BOOST_TEST(problem("((a*)b){2,}").find("repeats") != std::string::npos);
  BOOST_TEST(problem("((((((((((a))))))))))").find("more than 8 deep") != std::string::npos);
  BOOST_TEST(problem(std::string(200'000, '(')).find("more than 256 bytes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(members_that_may_be_anything_are_not_written_out) {
  auto schema =
    *config::schema::compile({{"type", "object"},
                              {"properties", {{"n", {{"type", "number"}}}, {"free", true}}},
                              {"required", {"free"}},
                              {"additionalProperties", false}});
  auto looked_at = false;
  auto lazy = value::deferred([&] { return looked_at = true, value{1}; }, 1);
  BOOST_TEST(schema->problem_of(value::object({{"n", value{1}}, {"free", lazy}})) == "");
  BOOST_TEST(!looked_at);
  BOOST_TEST(schema->problem_of(value::object({{"n", value{"x"}}, {"free", lazy}})) != "");
  BOOST_TEST(schema->problem_of(value::object({{"n", value{1}}})) != "");
}

BOOST_AUTO_TEST_CASE(a_format_says_nothing_of_what_is_no_text) {
  BOOST_TEST(
    codes_of("{'troupe': 1, 'pipeline': [{'type': 'jq', 'params': {'program': {'a': 1}}}]}") ==
    "invalid_params");
  auto schema = *config::schema::compile(
    {{"properties", {{"format", {{"format", "date"}}}, {"enum", {{"format", "email"}}}}}});
  auto problem_of = [&](nlohmann::json x) { return schema->problem_of(value{std::move(x)}); };
  BOOST_TEST(problem_of({{"format", {1}}, {"enum", {1}}}) == "");
  BOOST_TEST(problem_of({{"format", "2026-02-03"}}) == "");
  BOOST_TEST(problem_of({{"format", "today"}}) == "/format: String should be a valid date");
}

BOOST_AUTO_TEST_CASE(the_branches_of_an_object_keep_the_order_in_which_they_are_written) {
  auto x = with_nodes("{'parallel': {'zeta': {'type': 'echo'}, 'alpha': {'type': 'echo'}, 'mid': "
                      "[{'type': 'echo'}]}}");
  auto& group = std::get<plan::parallel>(node_of(x, 0).body);
  BOOST_TEST(group.branches.at(0).id == "zeta");
  BOOST_TEST(group.branches.at(1).id == "alpha");
  BOOST_TEST(group.branches.at(2).id == "mid");
  auto yaml = parse_flow("pipeline:\n  - parallel:\n      zeta: {type: echo}\n      alpha: {type: "
                         "echo}\n",
                         built_in_kinds(), "x.yaml");
  BOOST_REQUIRE(yaml);
  BOOST_TEST(std::get<plan::parallel>(node_of(*yaml, 0).body).branches.at(0).id == "zeta");
}

BOOST_AUTO_TEST_SUITE_END()
