// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.hpp"
#include "troupe/errc.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <regex>
#include <sstream>

using namespace troupe;
using namespace troupe::test;

namespace {

/// The shortest diagnostic of each code, from the golden files.
std::map<std::string, std::string> examples() {
  std::map<std::string, std::string> all;
  auto take = [&](const std::string& text) {
    std::smatch found;
    if (!std::regex_search(text, found, std::regex{R"(^\S+: (?:error|warning)\[([a-z_]+)\])"}))
      return;
    auto& shortest = all[found[1]];
    if (shortest.empty() || text.size() < shortest.size())
      shortest = text;
  };
  for (auto folder : {"refused", "warned"})
    for (auto& file : files_in(source_folder() / "tests/config" / folder, {".error", ".warning"})) {
      std::istringstream in{read_text(file)};
      std::string block;
      for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(" ")) {
          take(block);
          block.clear();
        }
        block += line + "\n";
      }
      take(block);
    }
  return all;
}

std::string page() {
  std::string text = "# Errors\n\nMade by the tests from the golden files; see CONTRIBUTING.md.\n\n"
                     "## Of documents\n\nCodes are stable. Each with an example:\n";
  for (auto& [code, example] : examples())
    text += "\n### `" + code + "`\n\n```\n" + example + "```\n";
  text += "\n## Of runs\n\nIn `error.code` of results and events, and in `retry.on` and "
          "`fallback_on`.\n\n"
          "| code | |\n|---|---|\n";
  for (auto code : every_errc())
    text += "| `" + std::string{to_string(code)} + "` | " + std::string{description(code)} + " |\n";
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(errors_page_suite)

BOOST_AUTO_TEST_CASE(the_page_of_errors_lists_every_code_with_an_example) {
  check_golden(source_folder() / "docs/errors.md", page());
}

BOOST_AUTO_TEST_SUITE_END()
