// SPDX-License-Identifier: Apache-2.0
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

/// What a document is told, by its name without the folder.
std::string told(const std::filesystem::path& file, bool is_refused) {
  auto kinds = built_in_kinds();
  auto read = parse_flow(read_text(file), kinds, file.filename().string());
  BOOST_TEST(read.has_value() != is_refused, file);
  std::string text;
  for (auto& x : read ? read->warnings() : read.error())
    text += to_string(x);
  return text;
}

std::filesystem::path golden_of(std::filesystem::path file) {
  return file.replace_extension(file.extension() == ".yaml" ? ".yaml.error" : ".error");
}

} // namespace

BOOST_AUTO_TEST_SUITE(refusal_suite)

BOOST_AUTO_TEST_CASE(every_refused_document_is_told_why_to_the_letter) {
  for (auto& file : files_in(source_folder() / "tests/config/refused", {".json", ".yaml"}))
    check_golden(golden_of(file), told(file, true));
}

BOOST_AUTO_TEST_CASE(every_warning_is_worded_as_it_was) {
  for (auto& file : files_in(source_folder() / "tests/config/warned", {".json"}))
    check_golden(golden_of(file), told(file, false));
}

BOOST_AUTO_TEST_CASE(a_document_that_is_too_large_is_refused_unread) {
  std::string text = "{\"troupe\": 1, \"pipeline\": [\"" + std::string(16 << 20, 'x') + "\"]}";
  BOOST_TEST(codes_of(text) == "too_large");
}

BOOST_AUTO_TEST_CASE(a_document_that_is_too_deep_is_refused_while_it_is_read) {
  auto deep = [](size_t n, const char* open) {
    std::string text = "{\"troupe\": 1, \"pipeline\": ";
    for (size_t i = 0; i < n; ++i)
      text += open;
    return text;
  };
  BOOST_TEST(codes_of(deep(100'000, "[")) == "too_deep");
  BOOST_TEST(codes_of(deep(100'000, "["), "flow.yaml") == "too_deep");
  BOOST_TEST(codes_of(deep(100'000, "{\"a\":")) == "too_deep");
  BOOST_TEST(codes_of("a: " + std::string(300, '[') + std::string(300, ']'), "x.yaml") ==
             "too_deep");
  BOOST_TEST(codes_of("a: " + std::string(100'000, '['), "x.yaml") == "too_deep");
}

BOOST_AUTO_TEST_CASE(a_document_with_too_many_values_is_refused) {
  std::string text = "{\"troupe\": 1, \"pipeline\": [1";
  for (auto i = 0; i < 1'000'000; ++i)
    text += ",1";
  BOOST_TEST(codes_of(text + "]}") == "too_many_nodes");
}

BOOST_AUTO_TEST_CASE(at_most_fifty_errors_are_shown_and_the_others_counted) {
  std::string nodes;
  for (auto i = 0; i < 60; ++i)
    nodes += std::string{i == 0 ? "" : ","} + "{'type': 'x" + std::to_string(i) + "'}";
  auto text = diagnostics_of("{'troupe': 1, 'pipeline': [" + nodes + "]}");
  BOOST_TEST(text.find("more_errors]: 10 more errors are not shown") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_told) {
  auto kinds = built_in_kinds();
  auto missing = load_flow("/nonexistent/flow.json", kinds);
  BOOST_REQUIRE(!missing);
  BOOST_TEST(to_string(missing.error().at(0)) ==
             "/nonexistent/flow.json: error[cannot_read]: cannot read the file: No such file or "
             "directory\n");
  BOOST_TEST(load_flow("/", kinds).error().at(0).message == "cannot read the file: it is a folder");
}

BOOST_AUTO_TEST_SUITE_END()
