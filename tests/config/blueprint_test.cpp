// SPDX-License-Identifier: Apache-2.0
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

/// The native document of a blueprint with these steps.
json converted(const std::string& steps, const std::string& more = "") {
  auto made = convert_text(more + "steps:\n" + steps, "blueprint.yaml", {.format = "blueprint"});
  std::string problems;
  if (!made)
    for (auto& x : made.error())
      problems += to_string(x);
  BOOST_REQUIRE_MESSAGE(made, problems);
  return json::parse(made->text);
}

/// The node that the only step becomes.
json node(const std::string& step, const std::string& more = "") {
  auto all = converted("  - " + step + "\n", more)["pipeline"];
  BOOST_REQUIRE(all.size() == 1);
  return all[0];
}

/// Codes and places of what converting finds.
std::string found(const std::string& steps, const std::string& more = "") {
  auto made = convert_text(more + "steps:\n" + steps, "blueprint.yaml", {.format = "blueprint"});
  std::string out;
  for (auto& x : made ? made->warnings : made.error())
    out += (out.empty() ? "" : " ") + x.code + "@" + x.pointer;
  return out;
}

const std::string echo = "{name: e, uses: echo}";

} // namespace

BOOST_AUTO_TEST_SUITE(blueprint_suite)

BOOST_AUTO_TEST_CASE(a_step_is_a_node_of_the_kind_that_it_uses) {
  BOOST_TEST(node("{kind: step, name: a, uses: agents.x, input: '{{ context.doc }}'}") ==
             json::parse(R"({"id": "a", "type": "x", "input": "${context.doc}"})"));
  BOOST_TEST(node("{agent: 'pkg.mod:fn'}") == json::parse(R"({"type": "pkg.mod:fn"})"));
  BOOST_TEST(node("{agent: {id: template, params: {text: 'x {{ this }}'}}}") ==
             json::parse(R"({"type": "template", "params": {"text": "x ${item}"}})"));
}

BOOST_AUTO_TEST_CASE(retries_are_counted_with_the_first_try) {
  auto x = node("{uses: echo, config: {max_retries: 2, timeout_s: 30}}");
  BOOST_TEST(x["retry"] == 3);
  BOOST_TEST(x["timeout"] == 30);
}

BOOST_AUTO_TEST_CASE(the_context_is_changed_by_set) {
  auto x = node("{uses: echo, updates_context: true, sink_to: k, set: {n: '{{ result.n }}'}}");
  BOOST_TEST(x["set"] ==
             json::parse(R"({"*": "${result}", "k": "${result}", "n": "${result.n}"})"));
  BOOST_TEST(!node("{uses: echo, updates_context: false}").contains("set"));
}

BOOST_AUTO_TEST_CASE(usage_limits_are_a_budget_on_steps_and_on_the_whole) {
  auto limits = std::string{"usage_limits: {total_cost_usd_limit: 0.1, total_tokens_limit: 50}"};
  auto budget = json::parse(R"({"cost_usd": 0.1, "tokens": 50})");
  BOOST_TEST(node("{uses: echo, " + limits + "}")["budget"] == budget);
  BOOST_TEST(converted("  - " + echo + "\n", limits + "\n")["budget"] == budget);
}

BOOST_AUTO_TEST_CASE(backups_are_steps) {
  auto x = node("{uses: a, fallback: {name: b, agent: agents.b, config: {max_retries: 1}}}");
  BOOST_TEST(x["fallback"] == json::parse(R"({"id": "b", "type": "b", "retry": 2})"));
  BOOST_TEST(node("{uses: a, fallback: [{uses: b}, {uses: c}]}")["fallback"].size() == 2);
}

BOOST_AUTO_TEST_CASE(native_attributes_are_kept) {
  auto x = node("{uses: echo, when: 'context.n > 1', limit: l, cache: {}, expects: {tokens: 5}, "
                "returns: {type: object}, meta: {a: 1}, description: d, batch: '{{ context.x }}', "
                "undo: {uses: log}, retry: 2, deadline: 1m, price: 0.5}");
  BOOST_TEST(x["when"] == "$context.n > 1");
  BOOST_TEST(x["batch"] == "${context.x}");
  BOOST_TEST(x["meta"] == json::parse(R"({"description": "d", "a": 1})"));
  BOOST_TEST(x["undo"] == json::parse(R"({"type": "log"})"));
  for (auto key : {"limit", "cache", "expects", "returns", "retry", "deadline", "price"})
    BOOST_TEST(x.contains(key));
}

BOOST_AUTO_TEST_CASE(agents_are_types_that_give_their_answer_alone) {
  auto x = converted("  - {name: a, uses: agents.writer}\n",
                     "agents: {writer: {model: 'openai:gpt-4o', system_prompt: 'Be {{ inputs.mood "
                     "}}.', output_schema: {type: object}, max_retries: 1, timeout: 9}}\n");
  BOOST_TEST(x["types"]["writer"] == json::parse(R"({
    "type": "llm", "result": "${result.response}",
    "params": {"model": "gpt-4o", "system": "Be ${inputs.mood}.", "prompt": "${previous}",
               "response_format": "json"}})"));
  BOOST_TEST(x["pipeline"][0] == json::parse(R"({"id": "a", "type": "writer", "retry": 2,
    "timeout": 9, "returns": {"type": "object"}})"));
}

BOOST_AUTO_TEST_CASE(what_a_step_says_goes_before_what_its_agent_says) {
  auto x = converted("  - {uses: agents.w, config: {max_retries: 4}}\n",
                     "agents: {w: {model: m, max_retries: 1}}\n");
  BOOST_TEST(x["pipeline"][0]["retry"] == 5);
}

BOOST_AUTO_TEST_CASE(an_import_is_a_call_of_its_file) {
  BOOST_TEST(
    node("{name: a, uses: imports.sub, with: {n: '{{ context.n }}'}}",
         "imports: {sub: parts/sub.yaml}\n") ==
    json::parse(R"({"id": "a", "call": "parts/sub.yaml", "with": {"n": "${context.n}"}})"));
}

BOOST_AUTO_TEST_CASE(branches_run_to_their_end_and_all_must_succeed) {
  auto x =
    node("{kind: parallel, name: p, branches: {a: [" + echo + "], b: {steps: [{uses: x}]}}}");
  BOOST_TEST(x["on_error"] == "continue");
  BOOST_TEST(x["min_success"] == 2);
  BOOST_TEST(x["parallel"]["a"] == json::parse(R"({"sequence": [{"id": "e", "type": "echo"}]})"));
  BOOST_TEST(x["merge"]["reduce"] ==
             "map({(.name): (if .success == false then . else .output end)}) | add // {}");
  auto tolerant =
    node("{kind: parallel, on_branch_failure: ignore, branches: {a: [" + echo + "]}}");
  BOOST_TEST(!tolerant.contains("min_success"));
}

BOOST_AUTO_TEST_CASE(a_branch_with_one_step_of_its_name_is_that_step) {
  auto x = node("{kind: parallel, branches: {e: [" + echo + "]}}");
  BOOST_TEST(x["parallel"]["e"] == json::parse(R"({"id": "e", "type": "echo"})"));
}

BOOST_AUTO_TEST_CASE(what_branches_write_is_merged_as_said) {
  auto rule = [](const std::string& strategy) {
    return node("{kind: parallel, merge_strategy: " + strategy + ", branches: {a: [" + echo +
                "]}}");
  };
  BOOST_TEST(rule("no_merge")["parallel"]["a"]["exports"] == json::array());
  BOOST_TEST(!rule("no_merge").contains("context_merge"));
  BOOST_TEST(rule("overwrite")["context_merge"]["*"] == "last_write_wins");
  BOOST_TEST(rule("context_update")["context_merge"]["*"] == "last_write_wins");
  BOOST_TEST(rule("error_on_conflict")["context_merge"]["*"] == "error");
  BOOST_TEST(rule("keep_first")["context_merge"]["*"] == "first_write_wins");
  auto x = node("{kind: parallel, context_include_keys: [k], field_mapping: {a: [n]}, "
                "branches: {a: [" +
                echo + "], b: [{uses: echo}]}}");
  BOOST_TEST(x["share"] == json({"k"}));
  BOOST_TEST(x["parallel"]["a"]["exports"] == json({"n"}));
  BOOST_TEST(!x["parallel"]["b"].contains("exports"));
}

BOOST_AUTO_TEST_CASE(a_branch_that_must_be_renamed_keeps_its_name_in_the_output) {
  auto x = node("{kind: parallel, branches: {'a b': [" + echo + "]}}");
  BOOST_TEST(x["parallel"].contains("a_b"));
  BOOST_TEST(x["merge"]["reduce"] == "map({(({\"a_b\":\"a b\"}[.name] // .name)): (if .success == "
                                     "false then . else .output end)}) | add // {}");
}

BOOST_AUTO_TEST_CASE(branches_of_a_conditional_are_compared_as_text) {
  auto x = node("{kind: conditional, condition_expression: context.lang, branches: {de: [" + echo +
                "], 2: [{uses: a}]}, default_branch: [{uses: b}]}")["choice"];
  BOOST_TEST(x.size() == 3);
  BOOST_TEST(x[0]["when"] == "($context.lang | tostring) == \"de\"");
  BOOST_TEST(x[1]["when"] == "($context.lang | tostring) == \"2\"");
  BOOST_TEST(x[2]["else"] == json::parse(R"([{"type": "b"}])"));
}

BOOST_AUTO_TEST_CASE(branches_of_a_condition_are_true_and_false) {
  auto x = node("{kind: conditional, condition_expression: 'context.n > 1', branches: {True: [" +
                echo + "], false: [{uses: a}]}}")["choice"];
  BOOST_TEST(x[0]["when"] == "$context.n > 1");
  BOOST_TEST(x[1]["when"] == "($context.n > 1) | not");
}

BOOST_AUTO_TEST_CASE(a_condition_of_some_kind_is_a_step_before) {
  auto x = node("{kind: conditional, name: c, condition: 'm:f', branches: {x: [" + echo +
                "]}}")["sequence"];
  BOOST_TEST(x[0] == json::parse(R"({"id": "c_input", "type": "echo"})"));
  BOOST_TEST(x[1] == json::parse(R"({"id": "c_condition", "type": "m:f"})"));
  BOOST_TEST(x[2]["input"] == "${c_input}");
  BOOST_TEST(x[2]["choice"][0]["when"] == "($steps[\"c_condition\"].output | tostring) == \"x\"");
}

BOOST_AUTO_TEST_CASE(a_loop_ends_when_its_expression_counts_as_true) {
  auto x = node("{kind: loop, name: l, loop: {body: [" + echo +
                "], max_loops: 5, exit_expression: steps.e.output}}");
  BOOST_TEST(x["until"] == "($e) | IN(null, false, 0, \"\", [], {}) | not");
  BOOST_TEST(x["max_iterations"] == 5);
  BOOST_TEST(!x.contains("on_limit"));
  auto counted = node("{kind: loop, loop: {body: [" + echo + "], max_loops: 5}}");
  BOOST_TEST(counted["on_limit"] == "stop");
}

BOOST_AUTO_TEST_CASE(a_map_is_a_batch_and_a_list_of_its_outputs) {
  auto x = node("{kind: map, name: m, map: {iterable_input: items, parallel: true, body: [" + echo +
                "]}}")["sequence"];
  BOOST_TEST(x[0]["batch"] == json::parse(R"({"items": "${context.items}", "parallel": true})"));
  BOOST_TEST(x[0]["sequence"][1]["params"]["program"] == "{output: .}");
  BOOST_TEST(x[1]["params"]["program"] == "[.results[].output]");
}

BOOST_AUTO_TEST_CASE(what_a_map_goes_over_may_be_said_in_four_ways) {
  auto items = [](const std::string& x) {
    return node("{kind: map, map: {iterable_input: " + x + ", body: [" + echo +
                "]}}")["sequence"][0]["batch"]["items"];
  };
  BOOST_TEST(items("rows") == "${context.rows}");
  BOOST_TEST(items("thistle") == "${context.thistle}");
  BOOST_TEST(items("'this[0]'") == "${item[0]}");
  BOOST_TEST(items("context.rows") == "${context.rows}");
  BOOST_TEST(items("'{{ previous_step.rows }}'") == "${previous.rows}");
  BOOST_TEST(items("[1, '{{ context.n }}']") == json::parse(R"([1, "${context.n}"])"));
}

BOOST_AUTO_TEST_CASE(a_person_is_waited_for_by_name) {
  BOOST_TEST(node("{kind: hitl, name: approve, message: 'Ok, {{ context.who }}?', input_schema: "
                  "{type: object}, sink_to: answer}") == json::parse(R"({
    "id": "approve",
    "wait": {"signal": "approve", "schema": {"type": "object"}, "message": "Ok, ${context.who}?"},
    "set": {"answer": "${result}"}})"));
}

BOOST_AUTO_TEST_CASE(a_cache_is_around_the_step_inside_of_it) {
  auto x = converted("  - {kind: cache, name: kept, wrapped_step: " + echo +
                     "}\n  - {uses: echo, input: '{{ steps.kept.output }}'}\n")["pipeline"];
  BOOST_TEST(x[0] == json::parse(R"({"id": "e", "type": "echo", "cache": {}})"));
  BOOST_TEST(x[1]["input"] == "${e}");
  auto group = node("{kind: cache, name: kept, step: {kind: loop, loop: {max_loops: 1, body: [" +
                    echo + "]}}}");
  BOOST_TEST(group["id"] == "kept");
  BOOST_TEST(group["cache"]["key"] == "${previous}");
}

BOOST_AUTO_TEST_CASE(a_router_is_a_step_and_the_branches_that_it_names) {
  auto x = node("{kind: dynamic_router, name: r, router_agent: agents.pick, branches: {a: [" +
                echo + "]}}")["sequence"];
  BOOST_TEST(x[1] == json::parse(R"({"id": "r_router", "type": "pick"})"));
  BOOST_TEST(x[2]["input"] == "${r_input}");
  BOOST_TEST(x[2]["parallel"]["a"]["when"] ==
             "[$steps[\"r_router\"].output] | flatten | any(.[]; . == \"a\")");
  BOOST_TEST(!x[2].contains("min_success"));
}

BOOST_AUTO_TEST_CASE(a_machine_is_a_list_of_states_that_begins_with_the_start) {
  auto x = node("{kind: StateMachine, start_state: b, end_states: [done], states: {a: [" + echo +
                "], b: [{uses: x}]}, transitions: [{from: b, to: a, when: 'context.n > 1'}, {from: "
                "b, on: failure, to: a}, {from: '*', to: done}]}")["sequence"];
  BOOST_TEST(x[0]["id"] == "b");
  BOOST_TEST(x[0]["action"] == "if $context.n > 1 then \"a\" else \"end\" end");
  BOOST_TEST(x[0]["next"] ==
             json::parse(R"({"a": "a", "error": "a", "end": "end", "default": "end"})"));
  BOOST_TEST(x[1]["action"] == "\"end\"");
}

BOOST_AUTO_TEST_CASE(a_machine_without_transitions_asks_the_context) {
  auto x = node("{kind: StateMachine, start_state: a, end_states: [done], states: {a: [" + echo +
                "]}}")["sequence"][0];
  BOOST_TEST(x["action"].get<std::string>().starts_with("$context.next_state // "));
  BOOST_TEST(x["next"] == json::parse(R"({"a": "a", "done": "end", "default": "end"})"));
}

BOOST_AUTO_TEST_CASE(a_name_that_comes_again_means_the_nearest_step) {
  auto x = converted("  - {name: w, uses: echo}\n"
                     "  - {kind: parallel, name: p, branches: {l: [{name: w, uses: echo}, {uses: "
                     "echo, input: '{{ steps.w.output }}'}]}}\n"
                     "  - {uses: echo, input: '{{ steps.w.output }}'}\n")["pipeline"];
  BOOST_TEST(x[1]["parallel"]["l"]["sequence"][1]["input"] == "${w_2}");
  BOOST_TEST(x[2]["input"] == "${w}");
}

BOOST_AUTO_TEST_CASE(a_step_in_a_branch_is_known_behind_its_group) {
  auto x = converted("  - {kind: parallel, branches: {l: [{name: item, uses: echo}]}}\n"
                     "  - {uses: echo, input: '{{ steps.item.output }}'}\n")["pipeline"];
  BOOST_TEST(x[1]["input"] == "${item_2}");
}

BOOST_AUTO_TEST_CASE(a_name_that_comes_again_or_is_no_id_is_warned_of) {
  BOOST_TEST(found("  - {name: w, uses: echo}\n  - {name: w, uses: echo}\n") ==
             "renamed@/steps/1/name");
  BOOST_TEST(found("  - {name: 'a b', uses: echo}\n") == "renamed@/steps/0/name");
  BOOST_TEST(found("  - {name: item, uses: echo}\n") == "renamed@/steps/0/name");
  BOOST_TEST(found("  - {name: a-b, uses: echo}\n") == "");
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_warned_of_wherever_they_stand) {
  BOOST_TEST(found("  - {uses: echo, colour: red}\n") == "unknown_key@/steps/0/colour");
  BOOST_TEST(found("  - {uses: echo, config: {retries: 1}}\n") ==
             "unknown_key@/steps/0/config/retries");
  BOOST_TEST(found("  - {uses: echo, usage_limits: {cost: 1}}\n") ==
             "unknown_key@/steps/0/usage_limits/cost");
  BOOST_TEST(found("  - " + echo + "\n", "colour: red\n") == "unknown_key@/colour");
  BOOST_TEST(found("  - {kind: loop, loop: {max_loops: 1, body: [{uses: echo}], x: 1}}\n") ==
             "unknown_key@/steps/0/loop/x");
  BOOST_TEST(found("  - {kind: map, map: {iterable_input: a, body: [{uses: echo}], x: 1}}\n") ==
             "unknown_key@/steps/0/map/x");
  BOOST_TEST(found("  - {kind: cache, step: {uses: echo}, x: 1}\n") == "unknown_key@/steps/0/x");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_refused_by_name_unless_it_is_off) {
  BOOST_TEST(found("  - {uses: echo, plugins: [x]}\n") == "not_supported@/steps/0/plugins");
  BOOST_TEST(found("  - {uses: echo, validate_fields: false, plugins: null}\n") == "");
  BOOST_TEST(found("  - {kind: agentic_loop}\n  - {kind: tree_search}\n") ==
             "not_supported@/steps/0/kind not_supported@/steps/1/kind");
}

BOOST_AUTO_TEST_CASE(a_branch_that_is_never_taken_is_warned_of) {
  BOOST_TEST(found("  - {kind: conditional, condition_expression: '1 == 2', branches: {yes: "
                   "[{uses: echo}]}}\n") == "unreachable_node@/steps/0/branches/yes");
}

BOOST_AUTO_TEST_CASE(all_problems_are_told_at_once) {
  BOOST_TEST(found("  - {name: a}\n  - {uses: echo, input: '{{ x }}'}\n  - {kind: loop}\n") ==
             "missing_key@/steps/0 unknown_reference@/steps/1/input missing_key@/steps/2");
}

BOOST_AUTO_TEST_CASE(what_the_native_reader_finds_is_shown_where_it_was_written) {
  auto text = diagnostics_of("steps:\n  - {name: a, uses: ehco}\n", "blueprint.yaml");
  BOOST_TEST(text.find("blueprint.yaml:2:21: error[unknown_kind]: unknown step kind \"ehco\"") !=
             text.npos);
  text = diagnostics_of("steps:\n  - {kind: loop, loop: {body: [{uses: echo}], max_loops: 0}}\n",
                        "blueprint.yaml");
  BOOST_TEST(text.find("/steps/0/loop/max_loops") != text.npos);
}

BOOST_AUTO_TEST_SUITE_END()
