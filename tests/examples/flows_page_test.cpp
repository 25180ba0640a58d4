// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/page.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <regex>
#include <set>
#include <sstream>

using namespace troupe::test;
using nlohmann::json;

namespace {

/// `A file called x.md:` leads to a block that is that file.
std::optional<std::string> file_name_in(const std::string& before) {
  std::smatch found;
  return std::regex_search(before, found, std::regex{"called `([^`]+)`:$"})
           ? std::optional{found[1].str()}
           : std::nullopt;
}

/// What a block says of the document before it: "With `--input n=7` it prints".
struct claim {
  std::vector<std::string> arguments{};
  bool is_output = true; ///< else what goes to standard error
  int code = 0;
};

std::optional<claim> claim_in(const std::string& before) {
  std::smatch found;
  if (!std::regex_search(before, found, std::regex{"\\b(prints|fails with|says)\\b"}))
    return {};
  claim x;
  x.is_output = found[1] == "prints";
  x.code = found[1] == "fails with" ? 1 : 0;
  if (std::regex_search(before, found, std::regex{"exit code ([0-9]+)"}))
    x.code = std::stoi(found[1]);
  std::regex option{"`(--[^`]+)`"};
  for (std::sregex_iterator at{before.begin(), before.end(), option}, end; at != end; ++at) {
    std::istringstream words{(*at)[1]};
    for (std::string word; words >> word;)
      x.arguments.push_back(word);
  }
  return x;
}

/// Reads a page as a person does who tries everything on it, in one folder.
class page_check : scratch_folder {
public:
  void read(const std::string& page) {
    for (auto& x : blocks_of(page))
      read(x);
    BOOST_TEST((is_run_ && !document_.empty()), "the last document is not run");
    for (auto& name : unused_)
      BOOST_ERROR(name << " is not used by a document that is run");
  }

private:
  void read(const block& x) {
    if (auto name = file_name_in(x.before)) {
      write(*name, x.content);
      unused_.insert(*name);
    } else if (x.language == "json" && json::parse(x.content).contains("pipeline")) {
      BOOST_TEST(is_run_, "the document before line " << x.line << " is not run");
      document_ = x.content;
      is_run_ = false;
      write("flow.json", document_);
    } else if (auto said = claim_in(x.before); said && !document_.empty()) {
      check(*said, x);
    } else {
      BOOST_ERROR("line " << x.line << ": nobody knows what this is");
    }
  }

  void check(const claim& said, const block& x) {
    std::vector<std::string> arguments{"run", "flow.json", "-q"};
    arguments.insert(arguments.end(), said.arguments.begin(), said.arguments.end());
    auto ran = command(arguments);
    auto got = said.is_output ? ran.out : ran.err;
    auto is_same = x.language == "json" && json::accept(got)
                     ? json::parse(got) == json::parse(x.content)
                     : got == x.content;
    BOOST_TEST(is_same, "line " << x.line << " says otherwise; got:\n" << ran.out << ran.err);
    BOOST_TEST(ran.code == said.code, "line " << x.line << ": exit code " << ran.code);
    BOOST_TEST((!said.is_output || ran.err.empty()), "line " << x.line << ":\n" << ran.err);
    is_run_ = true;
    auto all = document_ + json(said.arguments).dump();
    std::erase_if(unused_, [&](auto& name) { return all.find(name) != all.npos; });
  }

  std::string document_;
  bool is_run_ = true;
  std::set<std::string> unused_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(flows_page_suite)

BOOST_AUTO_TEST_CASE(every_document_of_the_flows_page_does_what_the_page_says) {
  page_check{}.read(read_text(source_folder() / "docs/flows.md"));
}

BOOST_AUTO_TEST_SUITE_END()
