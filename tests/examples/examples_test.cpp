// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <regex>

using namespace troupe::test;
namespace fs = std::filesystem;

namespace {

/// What a person sees, without the numbers that depend on the machine's speed.
std::string steady(const std::string& text) {
  return std::regex_replace(text, std::regex{R"([0-9]+(\.[0-9]+)?( s together: )[0-9.]+)"}, "N$2N");
}

struct example_fixture : scratch_folder {
  std::string output_of(const std::string& name, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"run", (source_folder() / "examples" / name).string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto ran = command(arguments);
    BOOST_TEST(ran.code == 0, name << ":\n" << ran.err);
    return steady(ran.out);
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
    if (!name.starts_with("01_")) // depends on the machine; below
      check_golden(expected(name), output_of(name));
  }
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

BOOST_AUTO_TEST_CASE(the_embedded_example_runs) {
  auto program = std::getenv("TROUPE_EMBEDDED");
  BOOST_REQUIRE(program);
  BOOST_TEST(std::system((std::string{program} + " > out.txt").c_str()) == 0);
  BOOST_TEST(read("out.txt") == "5 words, the longest is answers\n");
}

BOOST_AUTO_TEST_SUITE_END()
