// SPDX-License-Identifier: Apache-2.0
#include "config/document/read_document.hpp"
#include "config/schema.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

std::shared_ptr<const config::schema> schema_of_flows(const std::string& format = "native") {
  auto made = config::schema::compile(flow_schema(built_in_kinds(), format));
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
  return *made;
}

/// Whether there is a problem that a schema can see: not one inside of a template.
bool is_structural(const std::string& problems) {
  for (std::string code :
       {"unknown_key", "wrong_type", "missing_key", "empty_group", "bad_duration"})
    if (problems.find("[" + code + "]") != std::string::npos)
      return true;
  return false;
}

json document_in(const std::filesystem::path& file) {
  config::document x{.name = file.filename().string(), .text = read_text(file)};
  config::problems found{x};
  BOOST_TEST(config::read_document(x, found), file);
  return x.root;
}

/// As the format's keys say it.
std::string format_of(const json& x) {
  auto kinds_of_steps = [](const json& step) {
    return step.contains("kind") || step.contains("uses") || step.contains("agent");
  };
  if (!x.contains("steps"))
    return x.contains("pipeline") ? "native" : "graph";
  auto& steps = x["steps"];
  return std::any_of(steps.begin(), steps.end(), kinds_of_steps) ? "blueprint" : "chain";
}

/// How many of the valid documents in a folder there are; each has to fit.
size_t valid_and_fitting(const std::string& folder) {
  size_t valid = 0;
  std::map<std::string, std::shared_ptr<const config::schema>> schemas;
  for (auto& file : files_in(source_folder() / "tests/documents" / folder, {".json", ".yaml"})) {
    if (!load_flow(file, built_in_kinds(), {.stub_unknown = true}))
      continue;
    ++valid;
    auto x = document_in(file);
    if (x.contains("workflow") && x["workflow"].contains("pipeline"))
      x = json(x["workflow"]); // the schema is of the flow itself
    auto format = format_of(x);
    if (!schemas[format])
      schemas[format] = schema_of_flows(format);
    auto found = schemas[format]->check(x);
    BOOST_TEST(found.empty(),
               file << ": " << (found.empty() ? "" : found[0].pointer + ": " + found[0].message));
  }
  return valid;
}

} // namespace

BOOST_AUTO_TEST_SUITE(flow_schema_suite)

BOOST_AUTO_TEST_CASE(every_valid_document_of_each_format_fits_its_schema) {
  BOOST_TEST(valid_and_fitting("native") >= 45u);
  BOOST_TEST(valid_and_fitting("graph") >= 45u);
  BOOST_TEST(valid_and_fitting("chain") >= 25u);
  BOOST_TEST(valid_and_fitting("blueprint") >= 25u);
  BOOST_TEST(valid_and_fitting("llm") >= 35u);
  BOOST_TEST(valid_and_fitting("llm_without_page") >= 10u);
}

BOOST_AUTO_TEST_CASE(comments_and_a_schema_are_accepted_by_every_format_without_a_warning) {
  std::map<std::string, json> documents{
    {"native",
     {{"troupe", 1},
      {"pipeline",
       {{{"id", "a"}, {"type", "echo"}, {"_why", 1}, {"retry", {{"attempts", 2}, {"_why", 1}}}}}}}},
    {"graph", {{"nodes", {{{"id", "a"}, {"type", "echo"}, {"_why", 1}}}}}},
    {"chain", {{"steps", {{{"type", "echo"}, {"_why", 1}}}}}},
    {"blueprint", {{"steps", {{{"uses", "echo"}, {"_why", 1}}}}}}};
  for (auto& [format, x] : documents) {
    x["$schema"] = "./" + format + ".schema.json";
    x["_comment"] = {"a", "b"};
    auto read = parse_flow(x.dump(), built_in_kinds());
    BOOST_TEST((read && read->warnings().empty()), format);
    BOOST_TEST(schema_of_flows(format)->check(x).empty(), format);
  }
}

BOOST_AUTO_TEST_CASE(a_schema_knows_the_keys_that_are_read) {
  auto properties = [](const std::string& format, const std::string& of) {
    return flow_schema(built_in_kinds(), format)["definitions"][of]["properties"];
  };
  BOOST_TEST(properties("graph", "document").contains("start"));
  for (auto key : {"wrapped_step", "ttl"})
    BOOST_TEST(properties("blueprint", "cache_step").contains(key), key);
  for (auto key : {"states", "transitions", "start_state", "deadline"})
    BOOST_TEST(properties("blueprint", "StateMachine_step").contains(key), key);
  for (auto key : {"inputs", "context", "output"})
    BOOST_TEST(properties("blueprint", "document").contains(key), key);
  for (auto key : {"when", "retry", "deadline", "limit", "returns", "exports", "min_success"})
    BOOST_TEST(properties("chain", "chain_group").contains(key), key);
}

BOOST_AUTO_TEST_CASE(context_merges_of_the_host_are_known_beside_the_built_in_ones) {
  auto kinds = built_in_kinds();
  kinds.add_context_merge("longest_list", [](const value& x) { return x; });
  auto document = [](const std::string& name) {
    return json::parse(quoted("{'troupe': 1, 'context': {'k': {'merge': '" + name +
                              "'}}, 'pipeline': [{'parallel': [{'type': 'echo'}], "
                              "'context_merge': {'k': '" +
                              name + "', 'l': {'jq': '.values[0]'}}}]}"));
  };
  for (auto format : {"native", "graph", "chain", "blueprint"})
    BOOST_TEST(flow_schema(kinds, format).dump().find("longest_list") != std::string::npos, format);
  auto schema = *config::schema::compile(flow_schema(kinds));
  for (auto name : {"longest_list", "append"})
    BOOST_TEST(schema->check(document(name)).empty(), name);
  for (auto name : {"longest_lst", "jq"})
    BOOST_TEST(!schema->check(document(name)).empty(), name);
  kinds.add_merge("best", [](const value& x) { return x; });
  auto with_merge = document("longest_list");
  with_merge["pipeline"][0]["merge"] = "best";
  auto read = parse_flow(with_merge.dump(), kinds);
  BOOST_REQUIRE(read);
  auto described = read->describe();
  BOOST_TEST(described["context_merge"] == (json{{"k", "longest_list"}}));
  BOOST_TEST(described["nodes"][0]["context_merge"] ==
             (json{{"k", "longest_list"}, {"l", ".values[0]"}}));
  BOOST_TEST(described["nodes"][0]["reduce"] == "best");
  auto refused = parse_flow(document("longest_lst").dump(), kinds);
  BOOST_REQUIRE(!refused);
  BOOST_REQUIRE(refused.error().size() == 2u);
  for (auto& x : refused.error())
    BOOST_TEST(x.hint == "did you mean \"longest_list\"?");
}

BOOST_AUTO_TEST_CASE(what_a_foreign_format_would_refuse_does_not_fit) {
  auto refuses = [](const std::string& format, const std::string& text) {
    return !schema_of_flows(format)->check(json::parse(quoted(text))).empty();
  };
  BOOST_TEST(refuses("graph", "{'nodes': [{'type': 'echo'}]}"));
  BOOST_TEST(refuses("graph", "{'ir': {'nodes': [{'type': 'echo'}]}}"));
  BOOST_TEST(refuses("graph", "{'nodes': [{'id': 'a', 'type': 'echo', 'max_retries': 'x'}]}"));
  BOOST_TEST(refuses("chain", "{'steps': [{'name': 'a'}]}"));
  BOOST_TEST(refuses("chain", "{'steps': [{'type': 'batch_process', 'batch_size': 0}]}"));
  BOOST_TEST(refuses("blueprint", "{'steps': [{'kind': 'tree_search'}]}"));
  BOOST_TEST(refuses("blueprint", "{'steps': [{'kind': 'loop', 'name': 'a'}]}"));
  BOOST_TEST(refuses("blueprint", "{'steps': [{'name': 'a'}]}"));
}

BOOST_AUTO_TEST_CASE(every_valid_document_passes) {
  auto schema = schema_of_flows();
  auto files = files_in(source_folder() / "examples", {".json"});
  for (auto& file : files_in(source_folder() / "tests/config/warned", {".json"}))
    files.push_back(file);
  files.push_back(source_folder() / "tests/engine/log_triage.json");
  for (auto& file : files) {
    auto found = schema->check(json::parse(read_text(file)));
    BOOST_TEST(found.empty(),
               file << ": " << (found.empty() ? "" : found[0].pointer + ": " + found[0].message));
  }
}

BOOST_AUTO_TEST_CASE(every_document_that_is_wrong_in_its_structure_is_refused) {
  auto schema = schema_of_flows();
  size_t refused = 0;
  for (auto& file : files_in(source_folder() / "tests/config/refused", {".json"})) {
    auto document = json::parse(read_text(file), nullptr, false);
    auto problems = read_text(std::filesystem::path{file}.replace_extension(".error"));
    if (document.is_discarded() || !is_structural(problems))
      continue;
    ++refused;
    BOOST_TEST(!schema->check(document).empty(), file);
  }
  BOOST_TEST(refused > 15u);
}

BOOST_AUTO_TEST_SUITE_END()
