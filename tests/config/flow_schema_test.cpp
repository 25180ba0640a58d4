// SPDX-License-Identifier: Apache-2.0
#include "config/schema.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

std::shared_ptr<const config::schema> schema_of_flows() {
  auto made = config::schema::compile(flow_schema(built_in_kinds()));
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
  return *made;
}

/// Whether there is a problem that a schema can see: not one inside of a template.
bool is_structural(const std::string& problems) {
  for (std::string code :
       {"unknown_key", "wrong_type", "missing_key", "empty_group", "bad_duration"})
    if (problems.find("[" + code + "]") != std::string::npos)
      return true;
  return problems.find("[not_supported_yet]: \"") != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(flow_schema_suite)

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
