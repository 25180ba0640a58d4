// SPDX-License-Identifier: Apache-2.0
#include "tests/dsl/page_flows.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/page.hpp"
#include "troupe/troupe.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <regex>
#include <set>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

/// Which flow a block makes: that of its last function.
std::string flow_in(const std::string& block) {
  std::string name;
  std::regex function{"definition ([a-z_]+)\\("};
  for (std::sregex_iterator x{block.begin(), block.end(), function}, end; x != end; ++x)
    name = (*x)[1];
  return name;
}

/// Reads the page: a block of C++ stands in one of these files, and what follows it comes of its
/// flow.
class page_check : scratch_folder {
public:
  void read(const block& x) {
    BOOST_TEST_CONTEXT("line " << x.line) {
      if (x.language == "cpp")
        take(x.content);
      else
        check(x);
    }
  }
  const std::set<std::string>& shown() const { return shown_; }

private:
  void take(const std::string& code) {
    auto stands_in = [&](const std::string& file) { return file.find(code) != file.npos; };
    BOOST_TEST(std::any_of(sources_.begin(), sources_.end(), stands_in), "not compiled:\n" << code);
    flow_ = flow_in(code);
    shown_.insert(flow_);
  }

  void check(const block& x) {
    auto says = [&](const char* words) { return x.before.find(words) != std::string::npos; };
    if (says("`examples/15_dsl`"))
      BOOST_TEST(x.content == read_text(source_folder() / "examples/15_dsl/main.cpp.expected"));
    else if (says("document"))
      BOOST_TEST(x.content == dsl::to_document(flows_.at(flow_)).value_or("none"));
    else if (says("gives"))
      BOOST_TEST(json::parse(x.content) == engine_.run(flows_.at(flow_)).output.json());
    else if (says("problems"))
      BOOST_TEST(x.content == problems());
    else
      BOOST_ERROR("nobody knows what this is");
  }

  std::string problems() {
    std::string text;
    auto built = engine_.build(flows_.at(flow_));
    for (auto& one : built ? built->warnings() : built.error())
      text += to_string(one);
    return text;
  }

  std::map<std::string, dsl::definition> flows_ = flows_of_page();
  std::vector<std::string> sources_{read_text(source_folder() / "tests/dsl/page_flows.cpp"),
                                    read_text(source_folder() / "examples/15_dsl/main.cpp")};
  std::string flow_;
  std::set<std::string> shown_;
  engine engine_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(dsl_page_suite)

BOOST_AUTO_TEST_CASE(the_page_quotes_code_that_is_compiled_and_says_what_comes_of_it) {
  page_check page;
  for (auto& x : blocks_of(read_text(source_folder() / "docs/dsl.md")))
    page.read(x);
  for (auto& [name, flow] : flows_of_page())
    BOOST_TEST(page.shown().contains(name), name << " is not on the page");
}

BOOST_AUTO_TEST_SUITE_END()
