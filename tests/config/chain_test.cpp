// SPDX-License-Identifier: Apache-2.0
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

/// What the chain becomes; it must be one.
json converted(const std::string& text) {
  auto made = convert_text(text, "chain.yaml");
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : to_string(made.error().front())));
  return json::parse(made->text);
}

json nodes_of(const std::string& steps, const std::string& more = "") {
  return converted(more + "\nsteps:\n" + steps)["pipeline"];
}

json node_of(const std::string& steps, const std::string& more = "") {
  auto all = nodes_of(steps, more);
  BOOST_REQUIRE(all.size() == 1u);
  return all[0];
}

json group_of(const std::string& settings) {
  return node_of("  - {type: parallel_group, parallel_steps: [{type: echo}, {type: fail}], " +
                 settings + "}");
}

std::string told(const std::string& text) { return diagnostics_of(text, "chain.yaml"); }

/// Whether it is refused with this code, or warned of.
bool tells(const std::string& text, const std::string& code, const std::string& message) {
  auto all = told(text);
  auto found = all.find("[" + code + "]: " + message) != all.npos;
  BOOST_TEST(found, all);
  return found;
}

std::string codes(const std::string& text) { return codes_of(text, "chain.yaml"); }

} // namespace

BOOST_AUTO_TEST_SUITE(chain_suite)

BOOST_AUTO_TEST_CASE(a_step_keeps_what_is_native_and_gets_native_names_for_the_rest) {
  auto x = node_of(
    "  - {type: echo, step_id: a, model: m, params: {value: 1}, retry_count: 2, cost: "
    "0.01, timeout: 5s, condition: '. == 1', set: {k: 1}, enabled: true, cache: {ttl: 1h}}");
  BOOST_TEST(x == json({{"id", "a"},
                        {"type", "echo"},
                        {"model", "m"},
                        {"params", {{"value", 1}}},
                        {"enabled", true},
                        {"when", ". == 1"},
                        {"set", {{"k", 1}}},
                        {"timeout", "5s"},
                        {"cache", {{"ttl", "1h"}}},
                        {"retry", 3},
                        {"price", 0.01}}));
}

BOOST_AUTO_TEST_CASE(the_heading_and_the_native_sections_stay) {
  auto x = converted("name: n\ndescription: d\nversion: '2'\nmeta: {a: 1}\nbudget: {cost_usd: 1}\n"
                     "context: {k: {value: 1}}\nsteps: [{type: echo}]\noutput: ${context.k}");
  BOOST_TEST(x["troupe"] == 1);
  BOOST_TEST(x["name"] == "n");
  BOOST_TEST(x["description"] == "d");
  BOOST_TEST(x["version"] == "2");
  BOOST_TEST(x["meta"] == json({{"a", 1}}));
  BOOST_TEST(x["budget"] == json({{"cost_usd", 1}}));
  BOOST_TEST(x["context"]["k"]["value"] == 1);
  BOOST_TEST(x["output"] == "${context.k}");
}

BOOST_AUTO_TEST_CASE(a_second_name_and_a_description_are_carried_along) {
  auto x = node_of("  - {type: echo, id: a, name: The first, description: d, meta: {b: 1}}");
  BOOST_TEST(x["id"] == "a");
  BOOST_TEST(x["meta"] == json({{"b", 1}, {"name", "The first"}, {"description", "d"}}));
}

BOOST_AUTO_TEST_CASE(the_first_step_gets_what_the_chain_is_given) {
  for (auto key : {"prompt", "input_image", "input_video"}) {
    auto x = converted(std::string{key} + ": x\nsteps: [{type: echo}, {type: echo}]");
    BOOST_TEST(x["inputs"][key] ==
               json({{"type", "string"}, {"required", false}, {"default", "x"}}));
    BOOST_TEST(x["pipeline"][0]["input"] == std::string{"${inputs."} + key + "}");
    BOOST_TEST(!x["pipeline"][1].contains("input"));
  }
  auto list = converted("inputs: [a, b]\nsteps: [{type: echo}]");
  BOOST_TEST(list["inputs"]["inputs"]["default"] == json({"a", "b"}));
  BOOST_TEST(list["inputs"]["inputs"]["type"] == "array");
  BOOST_TEST(list["pipeline"][0]["input"] == "${inputs.inputs}");
}

BOOST_AUTO_TEST_CASE(the_first_step_that_is_enabled_is_the_first_one) {
  auto all = nodes_of("  - {type: fail, enabled: false}\n  - {type: echo}", "prompt: x");
  BOOST_TEST(!all[0].contains("input"));
  BOOST_TEST(all[1]["input"] == "${inputs.prompt}");
}

BOOST_AUTO_TEST_CASE(an_input_that_is_written_on_the_first_step_stays) {
  BOOST_TEST(node_of("  - {type: echo, input: mine}", "prompt: x")["input"] == "mine");
}

BOOST_AUTO_TEST_CASE(in_a_list_with_dependencies_every_start_gets_the_input) {
  auto all = nodes_of("  - {type: echo, name: a}\n  - {type: echo, depends_on: []}\n"
                      "  - {type: echo, depends_on: a}",
                      "prompt: x");
  BOOST_TEST(all[0]["input"] == "${inputs.prompt}");
  BOOST_TEST(all[1]["input"] == "${inputs.prompt}");
  BOOST_TEST(!all[2].contains("input"));
  BOOST_TEST(all[2]["depends_on"] == json({"a"}));
}

BOOST_AUTO_TEST_CASE(input_type_says_which_input_is_the_first_steps) {
  auto both = "prompt: x\ninput_image: y.png\n";
  BOOST_TEST(node_of("  - {type: echo}", std::string{both} + "input_type: image")["input"] ==
             "${inputs.input_image}");
  BOOST_TEST(node_of("  - {type: echo}", std::string{both} + "input_type: text")["input"] ==
             "${inputs.prompt}");
  tells(std::string{both} + "steps: [{type: echo}]", "conflicting_keys",
        "a chain begins with one input, this one has `prompt` and `input_image`");
  tells("input_type: image\nprompt: x\nsteps: [{type: echo}]", "conflicting_keys",
        "the input is to be image, but the chain has `prompt`");
  tells("input_type: picture\nsteps: [{type: echo}]", "invalid_value",
        "wanted one of auto, text, image, video");
}

BOOST_AUTO_TEST_CASE(an_input_type_alone_asks_for_that_input) {
  auto x = converted("input_type: video\nsteps: [{type: echo}]");
  BOOST_TEST(x["inputs"] == json({{"input_video", {{"type", "string"}, {"required", true}}}}));
  BOOST_TEST(x["pipeline"][0]["input"] == "${inputs.input_video}");
}

BOOST_AUTO_TEST_CASE(inputs_may_be_declared_as_native_ones) {
  auto x = converted("prompt: x\ninputs: {who: {type: string}}\nsteps: [{type: echo}]");
  BOOST_TEST(x["inputs"]["who"] == json({{"type", "string"}}));
  BOOST_TEST(x["inputs"]["prompt"]["default"] == "x");
  tells("prompt: x\ninputs: {prompt: {}}\nsteps: [{type: echo}]", "conflicting_keys",
        "the chain has a `prompt` already");
}

BOOST_AUTO_TEST_CASE(what_the_first_step_takes_is_compared_with_the_input) {
  tells("prompt: x\nsteps: [{type: image_to_video}]", "incompatible_types",
        "\"image_to_video\" takes image, but the chain's `prompt` gives text");
  tells("inputs: [x]\nsteps: [{type: text_to_speech, name: a}]", "incompatible_types",
        "\"a\" takes text, but the chain's `inputs` gives list");
  tells("input_image: x\nsteps: [{type: parallel_group, parallel_steps: [{type: "
        "image_understanding}, {type: text_to_speech, name: b}]}]",
        "incompatible_types", "\"b\" takes text, but the chain's `input_image` gives image");
  BOOST_TEST(codes("prompt: x\nsteps: [{type: text_to_speech}]") == "");
  BOOST_TEST(codes("input_image: x\nsteps: [{type: text_to_speech, params: {voice: v}, input: "
                   "'text of ${inputs.input_image}'}]") == "");
}

BOOST_AUTO_TEST_CASE(the_documents_own_types_say_what_they_take) {
  BOOST_TEST(
    codes("input_image: x\ntypes: {text_to_speech: {type: echo, input: image, params: {}}, "
          "mine: {type: echo, input: image}}\nsteps: [{type: text_to_speech}, {type: mine, "
          "input: '${previous}'}]") == "");
  tells("prompt: x\ntypes: {mine: {type: echo, input: image}}\nsteps: [{type: mine}]",
        "incompatible_types", "\"mine\" takes image, but the chain's `prompt` gives text");
  // One that says nothing of it takes and gives what the kind does.
  tells("types: {text_to_image: {type: echo}}\nsteps: [{type: text_to_image}, {type: add_audio}]",
        "incompatible_types",
        "\"add_audio\" takes video, but \"text_to_image\" before it gives image");
}

BOOST_AUTO_TEST_CASE(the_output_folder_is_put_before_names_of_files) {
  auto of = [](const std::string& file, const std::string& folder) {
    return node_of("  - {type: echo, params: {output_file: '" + file + "'}}",
                   "output_dir: " + folder)["params"]["output_file"];
  };
  BOOST_TEST(of("a.png", "out") == "out/a.png");
  BOOST_TEST(of("a.png", "out//") == "out/a.png");
  BOOST_TEST(of("a.png", "/") == "/a.png");
  BOOST_TEST(of("/tmp/a.png", "out") == "/tmp/a.png");
  BOOST_TEST(of("${env.HOME}/a.png", "out") == "${env.HOME}/a.png");
  BOOST_TEST(of("s3://x/a.png", "out") == "s3://x/a.png");
  BOOST_TEST(of("${index}.png", "out") == "${index}.png");
  tells("output_dir: out\nsteps: [{type: echo}]", "unused_key", "no step has an `output_file`");
}

BOOST_AUTO_TEST_CASE(intermediate_files_stay_and_that_is_said) {
  tells("save_intermediates: false\nsteps: [{type: echo}]", "not_supported",
        "the files that steps write stay where they are");
  BOOST_TEST(codes("save_intermediates: true\nsteps: [{type: echo}]") == "");
}

BOOST_AUTO_TEST_CASE(a_group_collects_all_with_three_workers_and_fails_when_any_has_failed) {
  auto x = group_of("group_id: g");
  BOOST_TEST(x["id"] == "g");
  BOOST_TEST(x["max_workers"] == 3);
  BOOST_TEST(x["on_error"] == "continue");
  BOOST_TEST(x["min_success"] == 2);
  BOOST_TEST(x["merge"].contains("reduce"));
  BOOST_TEST(x["parallel"] == json({{{"type", "echo"}}, {{"type", "fail"}}}));
  auto fast = group_of("fail_fast: true, max_workers: 5");
  BOOST_TEST(fast["on_error"] == "fail_fast");
  BOOST_TEST(fast["max_workers"] == 5);
  BOOST_TEST(!fast.contains("min_success"));
  BOOST_TEST(group_of("min_success: 1")["min_success"] == 1);
}

BOOST_AUTO_TEST_CASE(only_branches_that_are_sure_to_run_have_to_succeed) {
  auto x = node_of("  - {type: parallel_group, parallel_steps: [{type: echo}, {type: echo, when: "
                   "'false'}, {type: echo, enabled: false}, {type: parallel_group, parallel_steps: "
                   "[{type: echo, condition: 'false'}]}]}");
  BOOST_TEST(x["min_success"] == 1);
  BOOST_TEST(x["merge"]["reduce"].get<std::string>().starts_with("if any(.[]; .success == false)"));
}

BOOST_AUTO_TEST_CASE(settings_of_a_group_stand_in_three_places_and_in_the_chains) {
  for (auto where :
       {"max_workers: 7", "params: {max_workers: 7}", "parallel_config: {max_workers: 7}"})
    BOOST_TEST(group_of(where)["max_workers"] == 7);
  auto group = "  - {type: parallel_group, steps: [{type: echo}]}";
  auto x =
    node_of(group, "parallel_config: {max_workers: 9, fail_fast: true, merge_strategy: outputs}");
  BOOST_TEST(x["max_workers"] == 9);
  BOOST_TEST(x["on_error"] == "fail_fast");
  BOOST_TEST(x["merge"] == "outputs");
  auto inner = node_of(
    "  - {type: parallel_group, params: {parallel_steps: [{type: echo}]}, fail_fast: false}",
    "parallel_config: {fail_fast: true}");
  BOOST_TEST(inner["on_error"] == "continue");
}

BOOST_AUTO_TEST_CASE(native_strategies_are_named_or_written_with_their_options) {
  BOOST_TEST(group_of("merge_strategy: first_success")["merge"] == "first_success");
  BOOST_TEST(group_of("merge_strategy: by_name")["on_error"] == "continue");
  BOOST_TEST(group_of("merge_strategy: best_quality, score: .n")["merge"] ==
             json({{"best_quality", {{"score", ".n"}}}}));
  BOOST_TEST(group_of("merge_strategy: combine_outputs, separator: '; '")["merge"] ==
             json({{"combine_outputs", {{"separator", "; "}}}}));
  BOOST_TEST(group_of("merge_strategy: reduce, program: length")["merge"] ==
             json({{"reduce", "length"}}));
  BOOST_TEST(group_of("merge_strategy: {quorum: 2}")["merge"] == json({{"quorum", 2}}));
  tells(
    "steps: [{type: parallel_group, parallel_steps: [{type: echo}], merge_strategy: first_success, "
    "fail_fast: true}]",
    "conflicting_keys", "`first_success` goes on after a failure, `fail_fast` does not");
  tells(
    "steps: [{type: parallel_group, parallel_steps: [{type: echo}], merge_strategy: best_qality}]",
    "invalid_value", "unknown merge strategy \"best_qality\"");
  tells("steps: [{type: parallel_group, parallel_steps: [{type: echo}], merge_strategy: outputs, "
        "score: .n}]",
        "unused_key", "`score` does nothing with the strategy \"outputs\"");
}

BOOST_AUTO_TEST_CASE(a_branch_may_be_a_list_and_a_group) {
  auto x = node_of("  - type: parallel_group\n    parallel_steps:\n"
                   "      - [{type: echo}, {type: fail}]\n"
                   "      - {name: two, steps: [{type: echo}]}\n"
                   "      - {type: parallel_group, name: inner, parallel_steps: [{type: echo}]}");
  BOOST_TEST(x["parallel"][0] == json({{"sequence", {{{"type", "echo"}}, {{"type", "fail"}}}}}));
  BOOST_TEST(x["parallel"][1] == json({{"id", "two"}, {"sequence", {{{"type", "echo"}}}}}));
  BOOST_TEST(x["parallel"][2]["parallel"] == json({{{"type", "echo"}}}));
}

BOOST_AUTO_TEST_CASE(merges_are_steps_that_unwrap_what_a_group_collected) {
  for (auto key : {"merge_strategy: combine_images", "strategy: combine_images",
                   "params: {merge_strategy: combine_images}"})
    BOOST_TEST(
      node_of(std::string{"  - {type: merge_outputs, name: m, "} + key + "}") ==
      json({{"id", "m"}, {"type", "merge"}, {"params", {{"strategy", "combine_images"}}}}));
  BOOST_TEST(node_of("  - {type: merge_results, merge_strategy: combine_outputs, separator: ', ', "
                     "results: [a, b]}")["params"] ==
             json({{"strategy", "combine_outputs"}, {"separator", ", "}, {"results", {"a", "b"}}}));
  tells("steps: [{type: merge_outputs}]", "missing_key", "a merge needs `merge_strategy`");
  BOOST_TEST(codes("steps: [{type: merge_outputs, merge_strategy: reduce}]") == "missing_key");
}

BOOST_AUTO_TEST_CASE(outputs_of_different_types_are_not_combined) {
  auto with = [](const std::string& kinds, const std::string& strategy) {
    return "steps:\n  - {type: parallel_group, parallel_steps: [" + kinds +
           "]}\n  - {type: merge_outputs, name: m, merge_strategy: " + strategy + "}";
  };
  auto mixed = "{type: text_to_image, name: a}, {type: text_to_speech, name: b}";
  tells(with(mixed, "combine_outputs"), "incompatible_types",
        "\"a\" gives image and \"b\" gives audio; combine_outputs needs one type");
  tells(with(mixed, "combine_images"), "incompatible_types",
        "\"m\" takes image, but \"b\" gives audio");
  BOOST_TEST(codes(with(mixed, "outputs")) == "");
  BOOST_TEST(codes(with("{type: text_to_image}, {type: text_to_image}", "combine_images")) == "");
  tells("steps: [{type: parallel_group, merge_strategy: combine_outputs, parallel_steps: [" +
          std::string{mixed} + "]}]",
        "incompatible_types", "\"a\" gives image and \"b\" gives audio");
}

BOOST_AUTO_TEST_CASE(what_a_group_collected_is_for_merges) {
  auto group = std::string{"steps:\n  - {type: parallel_group, name: g, parallel_steps: [{type: "
                           "text_to_image}]}\n"};
  tells(group + "  - {type: image_to_video, name: v}", "incompatible_types",
        "\"v\" takes image, but \"g\" before it gives parallel");
  BOOST_TEST(codes(group + "  - {type: split_input, name: s, parts: 2}") == "");
  tells(group + "  - {type: split_input, name: s, parts: 2, split_strategy: chunk}",
        "incompatible_types", "\"s\" takes list, but \"g\" before it gives parallel");
  BOOST_TEST(codes(group + "  - {type: merge_outputs, merge_strategy: first_success}\n  - {type: "
                           "image_to_video}") == "");
  tells("steps: [{type: text_to_image, name: t}, {type: merge_outputs, name: m, merge_strategy: "
        "outputs}]",
        "incompatible_types", "\"m\" takes parallel, but \"t\" before it gives image");
}

BOOST_AUTO_TEST_CASE(a_batch_runs_its_template_for_each_of_the_chains_inputs) {
  auto x = node_of("  - {type: batch_parallel, name: b, batch_size: 4, step_template: {type: echo, "
                   "model: m}}",
                   "inputs: [a, b]");
  BOOST_TEST(x == json({{"id", "b"},
                        {"type", "echo"},
                        {"model", "m"},
                        {"batch",
                         {{"items", "${inputs.inputs}"},
                          {"parallel", true},
                          {"max_concurrent", 4},
                          {"on_error", "continue"}}}}));
}

BOOST_AUTO_TEST_CASE(a_batch_has_items_of_its_own_or_those_of_the_step_before) {
  auto batch_behind = [](const std::string& before, const std::string& more = "") {
    return nodes_of("  - " + before + "\n  - {type: batch_process, step_template: {type: echo}}",
                    more)[1];
  };
  BOOST_TEST(node_of("  - {type: batch_parallel, params: {items: [1], fail_fast: true, as: row, "
                     "step_template: {type: echo}}}")["batch"] ==
             json({{"items", {1}},
                   {"as", "row"},
                   {"parallel", true},
                   {"max_concurrent", 3},
                   {"on_error", "fail_fast"}}));
  BOOST_TEST(batch_behind("{type: echo}")["batch"]["items"] == "${previous}");
  BOOST_TEST(batch_behind("{type: text_to_image}",
                          "inputs: [a]\nprompt: x\ninput_type: text")["batch"]["items"] ==
             "${inputs.inputs}");
  BOOST_TEST(codes("steps: [{type: batch_parallel, items: 3, step_template: {type: echo}}]") ==
             "wrong_type");
  auto unwrapped = batch_behind("{type: parallel_group, parallel_steps: [{type: echo}]}");
  BOOST_TEST(unwrapped["sequence"][0] ==
             json({{"type", "merge"}, {"params", {{"strategy", "outputs"}}}}));
  BOOST_TEST(unwrapped["sequence"][1]["batch"]["items"] == "${previous}");
  tells("prompt: x\nsteps: [{type: batch_parallel, step_template: {type: echo}}]", "missing_key",
        "a batch needs a list of items, but the chain's input is its `prompt`");
  tells(
    "steps: [{type: text_to_image, name: t}, {type: batch_parallel, step_template: {type: echo}}]",
    "missing_key", "a batch needs a list of items, but \"t\" before it gives image");
}

BOOST_AUTO_TEST_CASE(a_batch_and_its_template_are_one_node) {
  auto x =
    node_of("  - {type: batch_parallel, name: b, when: 'true', retry_count: 1, description: d, "
            "items: [1], step_template: {type: echo, name: t, timeout: 1s}}");
  BOOST_TEST(x["id"] == "b");
  BOOST_TEST(x["when"] == "true");
  BOOST_TEST(x["retry"] == 2);
  BOOST_TEST(x["timeout"] == "1s");
  BOOST_TEST(x["meta"] == json({{"description", "d"}}));
  tells("steps: [{type: batch_parallel, items: [1], retry_count: 1, step_template: {type: echo, "
        "retry_count: 2}}]",
        "conflicting_keys", "the batch and its template both say `retry_count`");
  tells("steps: [{type: batch_parallel, items: [1]}]", "missing_key",
        "a batch needs `step_template`");
  auto named =
    nodes_of("  - {type: batch_parallel, name: b, items: [1], step_template: {type: echo, "
             "name: t}}\n  - {type: echo, params: {value: '${t.count}'}}");
  BOOST_TEST(named[1]["params"]["value"] == "${b.count}");
}

BOOST_AUTO_TEST_CASE(a_split_right_before_a_group_is_the_groups) {
  auto group = "  - {type: parallel_group, parallel_steps: [{type: echo}, {type: echo}]}";
  auto split = [&](const std::string& text) {
    return node_of("  - {type: split_input" + text + "}\n" + group, "inputs: [a, b]");
  };
  BOOST_TEST(split("")["split"] == "duplicate");
  BOOST_TEST(split(", split_strategy: round_robin")["split"] == "round_robin");
  BOOST_TEST(split(", split_strategy: round_robin")["input"] == "${inputs.inputs}");
  BOOST_TEST(split(", params: {split_strategy: custom, program: '[.,.]'}")["split"] ==
             json({{"jq", "[.,.]"}}));
  BOOST_TEST(split(", input: [x]")["input"] == json({"x"}));
  tells("steps:\n  - {type: split_input, split_strategy: roundrobin}\n" + std::string{group},
        "invalid_value", "unknown split \"roundrobin\"");
  tells("steps:\n  - {type: split_input, retry_count: 2}\n" + std::string{group}, "not_supported",
        "this `split_input` is part of the group behind it: it has no `retry_count`");
  tells("steps:\n  - {type: split_input, split_strategy: custom}\n" + std::string{group},
        "missing_key", "a custom split needs `program`");
}

BOOST_AUTO_TEST_CASE(a_split_that_stands_alone_gives_parts) {
  BOOST_TEST(node_of("  - {type: split_input, split_strategy: round_robin, parts: 2}") ==
             json({{"type", "split"}, {"params", {{"strategy", "round_robin"}, {"parts", 2}}}}));
  BOOST_TEST(node_of("  - {type: split_input, split_strategy: custom, program: '[.]'}") ==
             json({{"type", "jq"}, {"params", {{"program", "[.]"}}}}));
  tells("steps: [{type: split_input, split_strategy: round_robin}]", "missing_key",
        "a split needs `parts`");
}

BOOST_AUTO_TEST_CASE(names_that_are_no_ids_become_ones_and_references_follow) {
  auto all =
    nodes_of("  - {type: echo, name: 'my voice'}\n  - {type: echo, name: result}\n"
             "  - {type: echo, name: 2nd}\n"
             "  - {type: jq, params: {program: '[$steps[\"my voice\"].output, $result]'}}");
  BOOST_TEST(all[0]["id"] == "my_voice");
  BOOST_TEST(all[1]["id"] == "result_2");
  BOOST_TEST(all[2]["id"] == "_2nd");
  BOOST_TEST(all[3]["params"]["program"] == "[$steps[\"my_voice\"].output, $result_2]");
  BOOST_TEST(codes("steps: [{type: echo, name: my voice}, {type: echo, name: result}]") ==
             "invalid_id reserved_id");
  BOOST_TEST(codes("steps: [{type: echo, name: ''}]") == "invalid_id");
  BOOST_TEST(codes("steps: [{type: echo, name: 3}]") == "wrong_type");
}

BOOST_AUTO_TEST_CASE(a_name_that_repeats_means_the_step_in_the_nearest_scope) {
  auto x = nodes_of("  - type: parallel_group\n    parallel_steps:\n"
                    "      - [{type: echo, name: a}, {type: echo, params: {value: '${a}'}}]\n"
                    "      - [{type: echo, name: a}, {type: echo, params: {value: 'x $${a} ${ a.b "
                    "?? steps.a.output "
                    "?? \"${a}\"}${c[${a}]}'}}]\n"
                    "  - {type: echo, params: {value: '${a}'}}");
  BOOST_TEST(x[0]["parallel"][0]["sequence"][1]["params"]["value"] == "${a}");
  BOOST_TEST(x[0]["parallel"][1]["sequence"][0]["id"] == "a_2");
  BOOST_TEST(x[0]["parallel"][1]["sequence"][1]["params"]["value"] ==
             "x $${a} ${a_2.b ?? steps.a_2.output ?? \"${a}\"}${c[${a_2}]}");
  BOOST_TEST(x[1]["params"]["value"] == "${a}");
}

BOOST_AUTO_TEST_CASE(backups_are_steps_of_chains_too) {
  auto x = node_of("  - {type: fail, fallback: {type: echo, step_id: b, retry_count: 1}}");
  BOOST_TEST(x["fallback"] == json({{"id", "b"}, {"type", "echo"}, {"retry", 2}}));
  auto list =
    node_of("  - {type: fail, fallback: [{type: echo, cost: 1}, {type: parallel_group, steps: "
            "[{type: echo}]}]}");
  BOOST_TEST(list["fallback"][0]["price"] == 1);
  BOOST_TEST(list["fallback"][1]["max_workers"] == 3);
}

BOOST_AUTO_TEST_CASE(keys_that_say_the_same_are_refused_together) {
  for (auto both : {"retry_count: 1, retry: 2", "cost: 1, price: 2", "condition: '.', when: '.'"})
    BOOST_TEST(codes(std::string{"steps: [{type: echo, "} + both + "}]") == "conflicting_keys");
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_warned_of_with_the_nearest_one) {
  BOOST_TEST(told("promt: x\nsteps: [{type: echo}]").find("did you mean \"prompt\"?") !=
             std::string::npos);
  for (auto text :
       {"steps: [{type: echo, modle: m}]", "stepz: 1\nsteps: [{type: echo}]",
        "steps: [{type: parallel_group, parallel_steps: [{type: echo}], max_worker: 1}]",
        "steps: [{type: parallel_group, params: {max: 1}, parallel_steps: [{type: echo}]}]",
        "steps: [{type: batch_parallel, items: [1], step_template: {type: echo}, "
        "max_workers: 2}]",
        "steps: [{type: merge_outputs, merge_strategy: outputs, model: m}]",
        "parallel_config: {workers: 1}\nsteps: [{type: echo}]"})
    BOOST_TEST(codes(text) == "unknown_key", text);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_at_its_place_in_the_chain) {
  BOOST_TEST(
    told("steps:\n  - type: parallel_group\n    parallel_steps:\n      - type: echo\n        "
         "retry_count: -1\n")
      .find("chain.yaml:5:22: error[wrong_type]: wanted a whole number from 0 to 999, got "
            "the number -1") != std::string::npos);
  BOOST_TEST(told("steps:\n  - type: merge_outputs\n    merge_strategy: combine_image\n")
               .find("chain.yaml:3:21: error[invalid_params]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_misspelt_group_is_told_as_one) {
  tells("steps: [{type: paralel_group, parallel_steps: [{type: echo}]}]", "unknown_kind",
        "`parallel_steps` is not for steps of the type \"paralel_group\"");
  tells("steps: [{type: text_to_speach}]", "unknown_kind", "unknown step kind \"text_to_speach\"");
  tells("steps: [{params: {}}]", "missing_key", "a step needs `type`");
}

BOOST_AUTO_TEST_CASE(stubs_stand_in_for_kinds_that_no_provider_says) {
  auto kinds = built_in_kinds();
  auto read = parse_flow("prompt: x\nsteps: [{type: text_to_image}, {type: image_to_video}]", kinds,
                         "chain.yaml", {.stub_unknown = true});
  BOOST_REQUIRE(read);
  BOOST_REQUIRE(read->warnings().size() == 2u);
  BOOST_TEST(read->warnings()[0].code == "stubbed_kind");
  auto wrong = parse_flow("steps: [{type: text_to_image}, {type: text_to_speech}]", kinds,
                          "chain.yaml", {.stub_unknown = true});
  BOOST_REQUIRE(!wrong);
  BOOST_TEST(std::any_of(wrong.error().begin(), wrong.error().end(),
                         [](auto& x) { return x.code == "incompatible_types"; }));
}

BOOST_AUTO_TEST_CASE(a_type_that_is_made_from_itself_is_refused) {
  BOOST_TEST(
    codes("types: {text_to_image: {type: text_to_image}}\nsteps: [{type: text_to_image}]") ==
    "type_cycle");
}

BOOST_AUTO_TEST_CASE(odd_shapes_are_refused) {
  BOOST_TEST(codes("steps: 3") == "wrong_type");
  BOOST_TEST(codes("steps: []") == "empty_group");
  BOOST_TEST(codes("steps: [3, null]") == "wrong_type wrong_type");
  BOOST_TEST(codes("steps: [{type: parallel_group, parallel_steps: {a: {type: echo}}}]") ==
             "wrong_type");
  BOOST_TEST(codes("steps: [{type: parallel_group}]") == "missing_key");
  BOOST_TEST(codes("steps: [{type: parallel_group, parallel_steps: []}]") == "empty_group");
  BOOST_TEST(codes("steps: [{type: echo, meta: 3}]") == "wrong_type");
  BOOST_TEST(codes("steps: [{type: echo, cost: -1}]") == "wrong_type");
  BOOST_TEST(codes("parallel_config: 3\nsteps: [{type: echo}]") == "wrong_type");
}

BOOST_AUTO_TEST_SUITE_END()
