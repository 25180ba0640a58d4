// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/page.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace troupe::test;
using nlohmann::json;

namespace {

struct documents_fixture : scratch_folder {
  documents_fixture() {
    write("good.json", R"({"nodes": [{"id": "a", "type": "echo", "params": {"value": "${x}"}},
      {"id": "b-2", "type": "template", "params": {"text": "got ${a}"}}],
      "edges": [{"from": "a", "to": "b-2"}], "inputs": {"x": {"type": "string", "default": "me"}}})");
    write("bad.json", R"({"nodes": [{"id": "a", "type": "ecko"}],
      "edges": [{"from": "a", "to": "c"}]})");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(documents_command_suite, documents_fixture)

BOOST_AUTO_TEST_CASE(a_document_of_another_format_runs_as_it_is) {
  auto ran = command({"run", "good.json", "--quiet"});
  BOOST_TEST(ran.out == "got me\n");
  BOOST_TEST(ran.code == 0);
}

BOOST_AUTO_TEST_CASE(what_is_converted_runs_alike) {
  auto converted = command({"convert", "good.json"});
  BOOST_TEST(converted.code == 0, converted.err);
  BOOST_TEST(json::parse(converted.out)["pipeline"][1]["id"] == "b-2");
  write("native.json", converted.out);
  BOOST_TEST(command({"run", "native.json", "--quiet"}).out == "got me\n");
  BOOST_TEST(command({"convert", "native.json"}).out == converted.out); // stable
}

BOOST_AUTO_TEST_CASE(a_run_tells_which_templates_stay_as_they_are) {
  write("permissive.json",
        R"({"template_resolution_mode": "permissive", "nodes": [
             {"id": "card", "type": "echo", "params": {"value": {"name": "Ada"}}},
             {"id": "letter", "type": "echo", "params": {"value": "${card.name} ${card.zz}"}}]})");
  auto ran = json::parse(command({"run", "permissive.json", "--output", "json"}).out);
  BOOST_TEST(ran["output"] == "Ada ${card.zz}");
  BOOST_TEST(ran["warnings"] == json({"letter: ${card.zz} gives nothing: it stays as it is"}));
}

BOOST_AUTO_TEST_CASE(the_format_can_be_said) {
  BOOST_TEST(command({"convert", "good.json", "--format", "graph"}).code == 0);
  auto ran = command({"convert", "good.json", "--format", "native"}); // it is a graph
  BOOST_TEST(ran.code == 3);
  BOOST_TEST(ran.out == "");
  BOOST_TEST(ran.err.find("a flow needs a `pipeline`") != std::string::npos, ran.err);
  BOOST_TEST(command({"run", "good.json", "--format", "native"}).code == 3);
  BOOST_TEST(command({"run", "good.json", "--format", "nope"}).code == 2);
  write("nothing.json", "{}");
  for (auto format : {"native", "graph", "chain", "blueprint"})
    BOOST_TEST(command({"validate", "nothing.json", "--document-format", format}).code == 3,
               format);
}

BOOST_AUTO_TEST_CASE(many_documents_are_validated_at_once) {
  auto ran = command({"validate", "good.json", "bad.json", "good.json"});
  BOOST_TEST(ran.code == 3);
  BOOST_TEST(ran.out == "good.json: valid\ngood.json: valid\n");
  BOOST_TEST(ran.err.find("bad.json:2:37: error[unknown_node]: the graph has no node \"c\"") !=
               std::string::npos,
             ran.err);
}

BOOST_AUTO_TEST_CASE(code_hosts_get_sarif) {
  auto ran = command({"validate", "bad.json", "good.json", "--format", "sarif"});
  BOOST_TEST(ran.code == 3);
  auto log = json::parse(ran.out);
  BOOST_TEST(log["version"] == "2.1.0");
  auto& result = log["runs"][0]["results"][0];
  BOOST_TEST(result["ruleId"] == "unknown_node");
  BOOST_TEST(result["level"] == "error");
  auto& place = result["locations"][0]["physicalLocation"];
  BOOST_TEST(place["artifactLocation"]["uri"] == "bad.json");
  BOOST_TEST(place["region"] == json({{"startLine", 2}, {"startColumn", 37}, {"endColumn", 40}}));
}

BOOST_AUTO_TEST_CASE(unknown_kinds_can_be_stubs_that_give_what_is_read_of_them) {
  write("far.json", R"({"nodes": [{"id": "ask", "type": "oracle", "params": {"q": 1}},
    {"id": "tell", "type": "template", "params": {"text": "${ask.answer.text} ${ask.all[1]}"}}]})");
  BOOST_TEST(command({"validate", "far.json"}).code == 3);
  auto ran = command({"run", "far.json", "--stub-unknown", "--quiet"});
  BOOST_TEST(ran.out == "stub of ask stub of ask\n");
  BOOST_TEST(ran.err.find("warning[stubbed_kind]: \"oracle\" is not known: a stub runs") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(types_come_from_a_file) {
  write("types.json", R"({"env": ["HOME"], "types": {"shout": {"type": "jq", "input": "text",
    "output": "text", "params": {"program": "ascii_upcase", "input": "${params.text}"},
    "result": "${result}!", "price": 0.25}}})");
  write("use.json",
        R"({"troupe": 1, "pipeline": [{"id": "a", "type": "shout", "params": {"text": "hi"}}]})");
  auto ran = command({"run", "use.json", "--types", "types.json", "--output", "json"});
  BOOST_TEST(ran.code == 0, ran.err);
  auto result = json::parse(ran.out);
  BOOST_TEST(result["output"] == "HI!");
  BOOST_TEST(result["metrics"]["cost_usd"] == 0.25);
  BOOST_TEST(command({"run", "use.json", "--types", "none.json"}).err ==
             "troupe: cannot read none.json: No such file or directory\n");
  write("broken.json", R"({"typos": {}})");
  BOOST_TEST(command({"run", "use.json", "--types", "broken.json"}).code == 3);
}

BOOST_AUTO_TEST_CASE(there_is_a_schema_of_each_format) {
  for (auto format : {"native", "graph", "chain", "blueprint"})
    BOOST_TEST(json::parse(command({"schema", "--format", format}).out).contains("definitions"),
               format);
}

BOOST_AUTO_TEST_CASE(the_examples_for_language_models_are_valid) {
  auto page = command({"schema", "--for-llm"});
  BOOST_TEST(page.code == 0);
  auto blocks = blocks_of(page.out);
  BOOST_TEST(blocks.size() == 3u);
  for (auto& block : blocks) {
    write("example.json", block.content);
    auto ran = command({"validate", "example.json"});
    BOOST_TEST(ran.code == 0, ran.err);
    BOOST_TEST(ran.err.find("error") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
