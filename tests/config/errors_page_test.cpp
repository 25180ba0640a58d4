// SPDX-License-Identifier: Apache-2.0
#include "tests/support/flows.hpp"
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

/// Those that no golden file shows, provoked here.
void provoke_the_others(std::map<std::string, std::string>& all) {
  auto last_of = [](const expected<flow, diagnostics>& read) {
    return to_string(read.error().back());
  };
  auto kinds = built_in_kinds();
  all["cannot_read"] = last_of(load_flow("missing.json", kinds));
  all["too_large"] = last_of(parse_flow(std::string((16 << 20) + 1, ' '), kinds, "large.json"));
  std::string many = R"({"troupe": 1, "pipeline": [{"type": "ehco"})";
  for (int i = 0; i < 60; ++i)
    many += R"(,{"type": "ehco"})";
  all["more_errors"] = last_of(parse_flow(many + "]}", kinds, "many.json"));
  std::string slips;
  for (int i = 0; i < 60; ++i)
    slips += "- {type: echo, foo: 1}\n";
  all["more_warnings"] =
    to_string(parse_flow("steps:\n" + slips, kinds, "many.yaml")->warnings().back());
}

std::string page() {
  auto all = examples();
  provoke_the_others(all);
  std::string text = "# Errors\n\nMade by the tests from the golden files; see CONTRIBUTING.md.\n\n"
                     "## Of documents\n\nCodes are stable. Each with an example:\n";
  for (auto& [code, example] : all)
    text += "\n### `" + code + "`\n\n```text\n" + example + "```\n";
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
