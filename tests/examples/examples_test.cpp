// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/http_server.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>
#include <string>

using namespace troupe::test;
namespace fs = std::filesystem;

namespace {

/// What a person sees, without the numbers that depend on the machine's speed.
std::string steady(const std::string& text) {
  return std::regex_replace(text, std::regex{R"([0-9]+(\.[0-9]+)?( s together: )[0-9.]+)"}, "N$2N");
}

/// A machine's log, a service, or lines to read; each has a test of its own.
const std::set<std::string> needs_more{"01_machine_report.json", "07_three_summaries.yaml",
                                       "08_price_watch.yaml",    "09_service_check.json",
                                       "14_lines.json",          "16_far_files.json"};

struct example_fixture : scratch_folder {
  std::string output_of(const std::string& name, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"run", (source_folder() / "examples" / name).string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto ran = command(arguments);
    BOOST_TEST(ran.code == 0, name << ":\n" << ran.err);
    return steady(ran.out);
  }
  std::string output_of_program(const char* variable) {
    auto program = std::getenv(variable);
    BOOST_REQUIRE(program);
    BOOST_TEST(std::system((std::string{program} + " > out.txt").c_str()) == 0);
    return read("out.txt");
  }
  static fs::path expected(const std::string& name) {
    return source_folder() / "examples" / (name + ".expected");
  }
  static std::string fixture(const std::string& name) {
    return (source_folder() / "tests/examples" / name).string();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(examples_suite, example_fixture)

BOOST_AUTO_TEST_CASE(every_flow_prints_what_stands_beside_it) {
  for (auto& file : files_in(source_folder() / "examples", {".json", ".yaml"})) {
    auto name = file.filename().string();
    if (!needs_more.contains(name))
      check_golden(expected(name), output_of(name));
  }
}

BOOST_AUTO_TEST_CASE(a_saga_that_ends_well_takes_nothing_back) {
  BOOST_TEST(output_of("12_saga.yaml", {"--input", "address=Bonn"}) ==
             "It is on its way to Bonn.\n\nreserve shelf 7\ncharge 12 EUR\n");
}

BOOST_AUTO_TEST_CASE(a_flow_runs_once_for_each_line) {
  auto examples = source_folder() / "examples";
  auto ran =
    command({"map", (examples / "14_lines.json").string()}, read_text(examples / "14_lines.jsonl"));
  check_golden(expected("14_lines.json"), ran.out);
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(ran.err == "troupe: 1 of 5 lines failed\n");
}

BOOST_AUTO_TEST_CASE(files_are_counted_on_three_workers) {
  write("long.txt", "one two three four");
  write("short.txt", "one");
  write("middle.txt", "one two");
  std::vector<background_command> workers;
  std::vector<std::string> options{"--input", "folder=" + path().string()};
  for (std::string name : {"one", "two", "three"}) {
    workers.emplace_back(std::vector<std::string>{"worker", "--listen", "127.0.0.1:0", "--name",
                                                  name, "--slots", "1", "--file-root",
                                                  path().string()});
    auto said =
      workers.back().first_line(); // troupe worker one listens at 127.0.0.1:4242 (plain), …
    auto at = said.find("127.0.0.1:");
    BOOST_REQUIRE_MESSAGE(at != said.npos, said);
    options.insert(options.end(), {"--worker", said.substr(at, said.find(' ', at) - at)});
  }
  auto printed = output_of("16_far_files.json", options);
  check_golden(expected("16_far_files.json"), printed);
}

BOOST_AUTO_TEST_CASE(the_machine_report_is_made_from_the_log_and_the_database) {
  auto report = output_of("01_machine_report.json", {"--input", "log=" + fixture("dpkg.log"),
                                                     "--input", "database=" + fixture("status")});
  check_golden(fixture("report.md"), report);
  BOOST_TEST(read("out/machine_report.md") == report);
}

BOOST_AUTO_TEST_CASE(the_machine_report_does_without_a_log) {
  auto report = output_of("01_machine_report.json", {"--input", "log=/no/such/log", "--input",
                                                     "database=" + fixture("status")});
  check_golden(fixture("report_without_log.md"), report);
}

BOOST_AUTO_TEST_CASE(the_machine_report_works_on_this_very_machine) {
  BOOST_TEST(output_of("01_machine_report.json").starts_with("# This machine\n"));
}

BOOST_AUTO_TEST_CASE(the_best_of_three_summaries_is_taken_and_a_cheap_one_stands_in) {
  std::atomic<bool> is_down = false;
  http_server provider{[&](const received& x) -> reply {
    auto model = nlohmann::json::parse(x.body).at("model").get<std::string>();
    if (is_down || model == "gpt-3.5-turbo")
      return {
        503, R"({"error": {"message": "overloaded"}})", "application/json", {{"Retry-After", "0"}}};
    auto words = model == "gpt-4o" ? "A summary of four" : "Short";
    return {200, nlohmann::json{{"model", model},
                                {"choices", {{{"message", {{"content", words}}}}}},
                                {"usage", {{"prompt_tokens", 1000}, {"completion_tokens", 10}}}}
                   .dump()};
  }};
  ::setenv("TROUPE_LLM_BASE_URL", provider.url().c_str(), 1);
  write("doc.md", "# Title\n\nText of it.\n\nMore.\n");
  BOOST_TEST(output_of("07_three_summaries.yaml", {"--input", "file=doc.md"}) ==
             "A summary of four (by large for 0.002756 USD)\n");
  is_down = true;
  BOOST_TEST(output_of("07_three_summaries.yaml", {"--input", "file=doc.md"}) ==
             "# Title Text of it. (by nobody for 0 USD)\n");
  ::unsetenv("TROUPE_LLM_BASE_URL");
}

BOOST_AUTO_TEST_CASE(the_first_price_counts) {
  http_server kraken{[](const received&) -> reply {
    return {200, R"({"result": {"XXBTZUSD": {"c": ["64000.5", "1"]}}})"};
  }};
  http_server broken{[](const received&) -> reply { return {200, R"({"last": "-1"})"}; }};
  raw_server silent{[](int socket) { wait_for_close(socket); }};
  BOOST_TEST(output_of("08_price_watch.yaml", {"--input", "coinbase=" + silent.url("/spot"),
                                               "--input", "kraken=" + kraken.url("/ticker"),
                                               "--input", "bitstamp=" + broken.url("/")}) ==
             "1 BTC is 64000.5 USD, says kraken\n");
}

BOOST_AUTO_TEST_CASE(a_service_is_checked_and_a_report_written) {
  http_server service{[](const received& x) -> reply {
    return x.path == "/" ? reply{200, "hello", "text/plain"} : reply{404, "no", "text/plain"};
  }};
  auto report = output_of("09_service_check.json", {"--input", "url=" + service.url("/")});
  BOOST_TEST(report.starts_with("# Service check\n\n- service: it answers 200 (text/plain)\n"
                                "- a page that is not there: told as such\n- disk used here: "),
             report);
  BOOST_TEST(read("service_report.md") == report);
  report = output_of("09_service_check.json", {"--input", "url=http://127.0.0.1:1/"});
  BOOST_TEST(report.starts_with("# Service check\n\n- service: it does not answer\n"), report);
}

BOOST_AUTO_TEST_CASE(the_embedded_example_runs) {
  BOOST_TEST(output_of_program("TROUPE_EMBEDDED") == "5 words, the longest is answers\n");
}

BOOST_AUTO_TEST_CASE(the_flow_in_cpp_runs_and_prints_itself) {
  check_golden(expected("15_dsl/main.cpp"), output_of_program("TROUPE_DSL"));
}

BOOST_AUTO_TEST_SUITE_END()
