// SPDX-License-Identifier: Apache-2.0
#include "tests/support/running.hpp"

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

struct blueprint_fixture : engine_fixture {
  run_result run_steps(const std::string& steps, const std::string& more = "") {
    auto read = parse_flow(more + "steps:\n" + steps, engine.steps(), "blueprint.yaml");
    BOOST_REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error().front())));
    return engine.run(*read, {});
  }
  json output_of_steps(const std::string& steps, const std::string& more = "") {
    auto result = run_steps(steps, more);
    BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : "no error"));
    return result.output.json();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(blueprint_run_suite, blueprint_fixture)

BOOST_AUTO_TEST_CASE(a_failed_branch_is_its_whole_result_and_the_group_goes_on_if_told_to) {
  auto branches = std::string{"branches: {good: [{uses: echo, params: {value: 1}}], bad: [{uses: "
                              "fail, params: {message: gone}}]}}\n"};
  auto result = run_steps("  - {kind: parallel, name: p, on_branch_failure: ignore, " + branches);
  BOOST_TEST(result.output.json()["good"] == 1);
  BOOST_TEST(result.output.json()["bad"]["error"]["message"] == "gone");
  auto failed = run_steps("  - {kind: parallel, name: p, " + branches);
  BOOST_TEST((failed.status == status::failed));
  BOOST_TEST(failed.error->message == "gone");
}

BOOST_AUTO_TEST_CASE(siblings_of_a_failed_branch_run_to_their_end) {
  auto result = run_steps("  - {kind: parallel, branches: {bad: [{uses: fail}], slow: [{uses: "
                          "sleep, params: {for: 20ms}}, {name: last, uses: echo}]}}\n");
  auto& slow = result.tree->children.at(0)->children.at(1);
  BOOST_TEST((slow->status == status::succeeded));
}

BOOST_AUTO_TEST_CASE(a_step_that_is_skipped_does_not_fail_its_group) {
  BOOST_TEST(output_of_steps("  - {uses: echo, params: {value: in}}\n  - {kind: parallel, "
                             "branches: {a: [{name: a, uses: fail, when: 'False'}], b: [{uses: "
                             "echo, params: {value: 2}}]}}\n") ==
             json::parse(R"({"a": "in", "b": 2})"));
}

BOOST_AUTO_TEST_CASE(each_reduction_gives_what_its_name_says) {
  auto reduced = [&](const std::string& rule, const std::string& a, const std::string& b) {
    return output_of_steps("  - {kind: parallel, reduce: " + rule +
                           ", on_branch_failure: ignore, branches: {x: [{uses: echo, params: "
                           "{value: " +
                           a + "}}], y: [{uses: echo, params: {value: " + b +
                           "}}], z: [{uses: fail}]}}\n");
  };
  BOOST_TEST(reduced("keys", "1", "2") == json({"x", "y"}));
  BOOST_TEST(reduced("values", "1", "2") == json({1, 2}));
  BOOST_TEST(reduced("first", "1", "2") == 1);
  BOOST_TEST(reduced("last", "1", "2") == 2);
  BOOST_TEST(reduced("concat", "[1, 2]", "[2]") == json({1, 2, 2}));
  BOOST_TEST(reduced("concat", "ab", "c") == "abc");
  BOOST_TEST(reduced("union", "[1, 2]", "[2, 3]") == json({1, 2, 3}));
  BOOST_TEST(reduced("union", "{p: 1}", "{q: 2}") == json::parse(R"({"p": 1, "q": 2})"));
  BOOST_TEST(reduced("majority_vote", "b", "a") == "b");
}

BOOST_AUTO_TEST_CASE(a_majority_of_branches_decides) {
  BOOST_TEST(output_of_steps("  - {kind: parallel, reduce: majority_vote, branches: {x: [{uses: "
                             "echo, params: {value: 1}}], y: [{uses: echo, params: {value: 2}}], "
                             "z: [{uses: echo, params: {value: 2}}]}}\n") == 2);
}

BOOST_AUTO_TEST_CASE(only_the_keys_that_are_mapped_leave_a_branch) {
  auto result = run_steps("  - {kind: parallel, field_mapping: {a: [kept]}, branches: {a: [{uses: "
                          "echo, params: {value: {kept: 1, lost: 2}}, updates_context: true}]}}\n");
  BOOST_TEST(result.context.json() == json::parse(R"({"kept": 1})"));
}

BOOST_AUTO_TEST_CASE(a_conditional_takes_the_branch_of_its_value) {
  auto route = [&](const std::string& value) {
    return output_of_steps("  - {uses: echo, params: {value: " + value +
                           "}}\n  - {kind: conditional, condition_expression: previous_step, "
                           "branches: {de: [{uses: template, params: {text: Hallo}}], 2: [{uses: "
                           "template, params: {text: 'got {{ previous_step }}'}}]}, "
                           "default_branch: [{uses: template, params: {text: Hello}}]}\n");
  };
  BOOST_TEST(route("de") == "Hallo");
  BOOST_TEST(route("2") == "got 2");
  BOOST_TEST(route("fr") == "Hello");
}

BOOST_AUTO_TEST_CASE(a_loop_that_never_gets_there_fails_and_one_that_counts_does_not) {
  auto body = std::string{"body: [{uses: jq, params: {program: '. + 1', input: 1}}]"};
  auto result =
    run_steps("  - {kind: loop, loop: {" + body + ", max_loops: 2, exit_expression: 'False'}}\n");
  BOOST_TEST((result.error->code == errc::loop_limit));
  BOOST_TEST(output_of_steps("  - {kind: loop, loop: {" + body + ", max_loops: 2}}\n") == 2);
}

BOOST_AUTO_TEST_CASE(a_map_gives_a_plain_list_in_order_whatever_the_outputs_are) {
  BOOST_TEST(
    output_of_steps(
      "  - {kind: map, sink_to: all, map: {iterable_input: [1, {value: 2, item: 3}, null], "
      "parallel: true, body: [{uses: echo, params: {value: '{{ this }}'}}]}}\n") ==
    json::parse(R"([1, {"value": 2, "item": 3}, null])"));
}

BOOST_AUTO_TEST_CASE(a_router_runs_the_branches_that_it_names_with_its_own_input) {
  auto routed = [&](const std::string& names) {
    return run_steps("  - {uses: echo, params: {value: q}}\n  - {kind: dynamic_router, name: r, "
                     "router_agent: pick, branches: {a: [{uses: template, params: {text: 'a {{ "
                     "previous_step }}'}}], b: [{uses: echo}], c: [{uses: fail, params: {message: "
                     "gone}}]}}\n",
                     "types: {pick: {type: echo, params: {value: " + names + "}}}\n");
  };
  BOOST_TEST(routed("[a, b]").output.json() == json::parse(R"({"a": "a q", "b": "q"})"));
  BOOST_TEST(routed("b").output.json() == json::parse(R"({"b": "q"})"));
  BOOST_TEST(routed("[a, c]").error->message.find("c: gone") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_machine_goes_where_its_states_lead_in_any_order) {
  // `look` and `write` lead to each other, and the start leads to either: no graph could say that.
  auto steps = "  - kind: StateMachine\n"
               "    name: m\n"
               "    start_state: begin\n"
               "    end_states: [done]\n"
               "    states:\n"
               "      write: [{uses: jq, params: {program: '{way: ($context.way + \"w\")}'}, "
               "updates_context: true}]\n"
               "      begin: [{uses: echo, params: {value: {way: b}}, updates_context: true}]\n"
               "      look: [{uses: jq, params: {program: '{way: ($context.way + \"l\")}'}, "
               "updates_context: true}]\n"
               "      broken: [{uses: fail}]\n"
               "      mend: [{uses: echo, params: {value: '{{ context.way }}m'}}]\n"
               "    transitions:\n"
               "      - {from: begin, to: look, when: 'context.way == \"b\"'}\n"
               "      - {from: begin, to: write}\n"
               "      - {from: look, to: write}\n"
               "      - {from: write, to: look, when: 'len(context.way) < 5'}\n"
               "      - {from: write, to: broken}\n"
               "      - {from: broken, on: failure, to: mend}\n"
               "      - {from: mend, to: done}\n";
  auto result = run_steps(steps);
  BOOST_TEST(result.output.json() == "blwlwm");
  BOOST_TEST((result.status == status::degraded));
}

BOOST_AUTO_TEST_CASE(a_machine_whose_context_names_no_state_fails) {
  auto steps = [](const std::string& next) {
    return "  - {kind: StateMachine, start_state: a, end_states: [done], states: {a: [{uses: echo, "
           "params: {value: {next_state: " +
           next + "}}, updates_context: true}]}}\n";
  };
  BOOST_TEST(run_steps(steps("done")).success());
  BOOST_TEST(run_steps(steps("dune")).error->message.find("there is no state \"dune\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(running_a_blueprint_and_running_what_it_becomes_is_the_same) {
  auto text =
    std::string{"context: {items: {value: [1, 2]}}\nsteps:\n  - {kind: map, name: m, map: "
                "{iterable_input: items, body: [{uses: jq, params: {program: '. * 2', "
                "input: '{{ this }}'}}]}}\n  - {kind: conditional, condition_expression: "
                "'2 in previous_step', branches: {true: [{uses: template, params: {text: "
                "\"{{ previous_step | join('+') }}\"}}]}}\n"};
  auto made = convert_text(text, "blueprint.yaml");
  BOOST_REQUIRE(made);
  auto native = parse_flow(made->text, engine.steps(), "native.json");
  BOOST_REQUIRE(native);
  auto written = parse_flow(text, engine.steps(), "blueprint.yaml");
  BOOST_TEST(engine.run(*native, {}).output.json() == "2+4");
  BOOST_TEST(engine.run(*written, {}).output.json() == "2+4");
}

BOOST_AUTO_TEST_SUITE_END()
