// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <regex>

using namespace troupe::test;

namespace {

/// What people see, at two widths of a terminal.
struct pages_fixture {
  std::filesystem::path folder = source_folder() / "tests/cli/pages";
  std::string flow = (folder / "flow.json").string();

  pages_fixture() {
    for (auto name : {"TROUPE_LLM_BASE_URL", "TROUPE_LLM_MODEL", "OPENAI_API_KEY", "SSL_CERT_FILE"})
      ::unsetenv(name);
    ::setenv("TROUPE_LLM_API_KEY", "sk-c4nary", 1);
  }
  ~pages_fixture() {
    ::unsetenv("COLUMNS");
    ::unsetenv("TROUPE_LLM_API_KEY");
  }

  std::string page(const std::vector<std::string>& arguments, const char* columns) {
    scratch_folder here;
    ::setenv("COLUMNS", columns, 1);
    auto ran = command(arguments);
    BOOST_TEST(ran.code == 0, ran.err);
    auto text = ran.out;
    for (size_t at = 0; (at = text.find(here.path().string(), at)) != text.npos;)
      text.replace(at, here.path().string().size(), "HERE");
    return text;
  }
  void check(const std::string& name, const std::vector<std::string>& arguments) {
    for (auto columns : {"80", "120"})
      check_golden(folder / (name + "_" + columns + ".txt"), page(arguments, columns));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(pages_suite, pages_fixture)

BOOST_AUTO_TEST_CASE(explain_says_what_will_happen) { check("explain", {"explain", flow}); }

BOOST_AUTO_TEST_CASE(steps_lists_kinds_and_params) {
  check("steps", {"steps"});
  check("steps_http", {"steps", "http"});
}

BOOST_AUTO_TEST_CASE(a_graph_is_drawn_in_two_languages) {
  check_golden(folder / "graph.dot", page({"graph", flow, "--format", "dot"}, "80"));
  check_golden(folder / "graph.mermaid", page({"graph", flow}, "80"));
}

BOOST_AUTO_TEST_CASE(the_schema_is_as_it_was) {
  check_golden(folder / "schema.json", page({"schema"}, "80"));
}

BOOST_AUTO_TEST_CASE(the_page_for_language_models_names_what_can_run) {
  auto text = page({"schema", "--for-llm"}, "80");
  BOOST_TEST(text.find("Params: .") == text.npos);
  BOOST_TEST(text.find("text_to_image") == text.npos);
  check_golden(folder / "for_llm.md", text);
}

BOOST_AUTO_TEST_CASE(doctor_tells_what_is_there_and_no_secret) {
  for (auto columns : {"80", "120"}) {
    auto text = page({"doctor"}, columns);
    BOOST_TEST(text.find("c4nary") == text.npos);
    text = std::regex_replace(text, std::regex{"(cores|open files at most)( +)[0-9a-z]+"}, "$1$2N");
    text = std::regex_replace(text, std::regex{"(sh|dot)( +)(found|not there)"}, "$1$2THERE");
    check_golden(folder / (std::string{"doctor_"} + columns + ".txt"), text);
  }
}

BOOST_AUTO_TEST_CASE(the_words_of_the_command_complete_and_have_a_page) {
  for (auto shell : {"bash", "zsh", "fish"})
    check_golden(folder / (std::string{"completions."} + shell),
                 page({"completions", shell}, "80"));
  check_golden(folder / "troupe.1", page({"man"}, "80"));
}

BOOST_AUTO_TEST_CASE(a_new_flow_is_valid_and_runs) {
  scratch_folder here;
  BOOST_TEST(command({"new", "words"}).code == 0);
  BOOST_TEST(command({"validate", "words.json"}).out == "words.json: valid\n");
  BOOST_TEST(command({"run", "words.json", "--quiet"}).out == "15 lines, 70 words\n");
  auto again = command({"new", "words"});
  BOOST_TEST(again.code == 1);
  BOOST_TEST(again.err == "troupe: cannot write words.json: File exists\n");
}

BOOST_AUTO_TEST_CASE(problems_come_as_json_too) {
  scratch_folder here;
  here.write("bad.json", R"({"troupe": 1, "pipeline": [{"id": "a", "type": "ehco"}]})");
  auto ran = command({"validate", "bad.json", "--format", "json"});
  BOOST_TEST(ran.code == 3);
  BOOST_TEST(ran.err == "");
  auto all = nlohmann::json::parse(ran.out);
  BOOST_TEST(all.at(0).at("code") == "unknown_kind");
  BOOST_TEST(all.at(0).at("pointer") == "/pipeline/0/type");
  BOOST_TEST(all.at(0).at("column") == 48);
}

BOOST_AUTO_TEST_SUITE_END()
