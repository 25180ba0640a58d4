// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "tests/dsl/flows.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

// A flow in C++ is the same flow as the document that says the same.

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

std::string told(const diagnostics& all) {
  std::string text;
  for (auto& x : all)
    text += to_string(x);
  return text;
}

void check_pair(const fs::path& file, const dsl::definition& x) {
  BOOST_TEST_CONTEXT(file.filename()) {
    auto kinds = built_in_kinds();
    auto read = load_flow(file, kinds);
    auto built = dsl::build(x, kinds);
    BOOST_REQUIRE_MESSAGE(read, told(read ? read->warnings() : read.error()));
    BOOST_REQUIRE_MESSAGE(built, told(built ? built->warnings() : built.error()));
    auto difference = json::diff(read->describe(), built->describe());
    BOOST_TEST(difference.empty(), difference.dump());
    BOOST_TEST(built->inputs() == read->inputs());
    BOOST_TEST(built->secrets() == read->secrets());
  }
}

/// All keys of all objects.
void collect_keys(const json& x, std::set<std::string>& keys) {
  if (!x.is_structured())
    return;
  for (auto& [key, member] : x.items()) {
    if (x.is_object())
      keys.insert(key);
    collect_keys(member, keys);
  }
}

std::set<std::string> keys_that_are_printed() {
  std::set<std::string> keys;
  auto collect = [&](const dsl::definition& x) {
    auto document = dsl::to_document(x);
    BOOST_REQUIRE(document);
    collect_keys(json::parse(*document), keys);
  };
  for (auto& flows : {flows_of_examples(), flows_of_native_documents()})
    for (auto& [file, x] : flows)
      collect(x);
  return keys;
}

} // namespace

BOOST_AUTO_TEST_SUITE(dsl_documents_suite)

BOOST_AUTO_TEST_CASE(every_example_in_cpp_is_the_same_flow) {
  auto flows = flows_of_examples();
  auto files = files_in(source_folder() / "examples", {".json", ".yaml"});
  for (auto& file : files) {
    auto x = flows.find(file.filename().string());
    BOOST_REQUIRE_MESSAGE(x != flows.end(), file << " has no flow in C++");
    check_pair(file, x->second);
  }
  BOOST_TEST(flows.size() == files.size());
}

BOOST_AUTO_TEST_CASE(native_documents_in_cpp_are_the_same_flows) {
  for (auto& [file, x] : flows_of_native_documents())
    check_pair(source_folder() / "tests/documents/native" / file, x);
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_the_same_flow_again) {
  for (auto& flows : {flows_of_examples(), flows_of_native_documents()})
    for (auto& [file, x] : flows) {
      auto document = dsl::to_document(x);
      BOOST_REQUIRE(document);
      auto built = dsl::build(x, built_in_kinds());
      BOOST_REQUIRE(built);
      BOOST_TEST(must_parse(*document).describe() == built->describe(), file);
      auto converted = convert_text(*document);
      BOOST_REQUIRE(converted);
      BOOST_TEST(converted->text == *document);
    }
}

BOOST_AUTO_TEST_CASE(every_key_of_documents_can_be_written_in_cpp) {
  namespace keys = config::keys;
  auto printed = keys_that_are_printed();
  printed.insert("ir_version"); // another word for `troupe`
  for (auto list :
       {&keys::flow, &keys::inline_flow, &keys::defaults, &keys::shapes, &keys::node,
        &keys::of_groups, &keys::of_parallel, &keys::of_sequence, &keys::of_choice, &keys::of_loop,
        &keys::of_graph, &keys::of_call, &keys::of_wait, &keys::retry, &keys::batch})
    for (auto& key : *list)
      BOOST_TEST(printed.contains(key), "nothing writes `" << key << "`");
}

BOOST_AUTO_TEST_SUITE_END()
