// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include "cli/line_reader.hpp"
#include "cli/signal_prompt.hpp"
#include "cli/wake.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

/// `troupe map` in a folder of its own.
struct map_fixture : scratch_folder {
  map_fixture() {
    write("flow.json",
          R"({"troupe": 1, "inputs": {"n": {"type": "number"}}, "pipeline": [{"id": "a",
      "type": "jq", "params": {"program":
        "if $inputs.n == 13 then error(\"unlucky\") else $inputs.n * 2 end"}}]})");
  }
  ended_command map(const std::string& lines, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"map", "flow.json"});
    return command(more, lines);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(map_suite, map_fixture)

BOOST_AUTO_TEST_CASE(each_line_gives_a_line_in_order) {
  std::string lines, wanted;
  for (auto i = 20; i < 220; ++i) {
    lines += json{{"n", i}}.dump() + "\n";
    wanted += std::to_string(2 * i) + "\n";
  }
  auto done = map(lines, {"--concurrency", "8"});
  BOOST_TEST(done.code == 0);
  BOOST_TEST(done.out == wanted);
}

BOOST_AUTO_TEST_CASE(a_line_that_goes_wrong_is_a_line_that_says_so_and_the_code_tells) {
  auto done = map("1\n{\"n\": 13}\nno json\n\n{\"m\": 1}\n3");
  BOOST_TEST(done.code == 1);
  std::istringstream out{done.out};
  std::vector<json> lines;
  for (std::string line; std::getline(out, line);)
    lines.push_back(json::parse(line));
  BOOST_REQUIRE(lines.size() == 5u);
  BOOST_TEST(lines[0] == 2);
  BOOST_TEST(lines[1]["error"]["code"] == "expression_failed");
  BOOST_TEST(lines[1]["error"]["line"] == 2);
  BOOST_TEST(lines[2]["error"]["message"] == "the line is no JSON");
  BOOST_TEST(lines[3]["error"]["code"] == "invalid_input");
  BOOST_TEST(lines[4] == 6);
  BOOST_TEST(done.err.find("3 of 5 lines failed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_whole_result_is_there_if_wanted) {
  auto done = map("4\n", {"--output", "json"});
  auto line = json::parse(done.out);
  BOOST_TEST(line["status"] == "succeeded");
  BOOST_TEST(line["output"] == 8);
}

BOOST_AUTO_TEST_CASE(who_reads_no_more_stops_the_engine_from_starting_more) {
  // Each run leaves a file; what it writes soon fills the pipe.
  write("flow.json",
        R"({"troupe": 1, "inputs": {"n": {}}, "pipeline": [
          {"type": "write-file", "params": {"file_path": "ran/${inputs.n}", "content": ""}},
          {"type": "template", "params": {"text": ")" +
          std::string(4096, 'x') + R"("}}]})");
  std::filesystem::create_directory(path() / "ran");
  constexpr auto all = 5000;
  std::string lines;
  for (auto i = 0; i < all; ++i)
    lines += json{{"n", std::to_string(i)}}.dump() + "\n";
  write("in.jsonl", lines);
  auto way =
    "\"$TROUPE_COMMAND\" map flow.json --concurrency 4 < in.jsonl 2> err | head -c 10 > out";
  BOOST_TEST(std::system(way) == 0);
  std::filesystem::directory_iterator ran{path() / "ran"};
  auto begun = std::distance(begin(ran), end(ran));
  BOOST_TEST(begun < all / 5); // the pipe, the window, and what ran meanwhile
  BOOST_TEST(read("err").find("cannot write to standard output") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(line_reader_suite)

BOOST_AUTO_TEST_CASE(lines_come_whole_however_they_are_cut) {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  cli::wake wake;
  cli::line_reader lines{ends[0], wake.fd()};
  auto send = [&](std::string_view text) {
    BOOST_REQUIRE(::write(ends[1], text.data(), text.size()) > 0);
  };
  send("one\r\ntw");
  BOOST_TEST(*lines.next() == "one");
  wake.up();
  BOOST_TEST(!lines.next()); // something else is to be done
  BOOST_TEST(!lines.is_at_end());
  wake.clear();
  send("o\n\n\nthree");
  BOOST_TEST(*lines.next() == "two");
  ::close(ends[1]);
  BOOST_TEST(*lines.next() == "three");
  BOOST_TEST(!lines.next());
  BOOST_TEST(lines.is_at_end());
  ::close(ends[0]);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(waiting_suite, scratch_folder)

BOOST_AUTO_TEST_CASE(without_a_terminal_a_run_says_what_it_waits_for_and_ends_with_4) {
  write(
    "flow.json",
    quoted(
      "{'troupe': 1, 'pipeline': [{'id': 'w', 'wait': {'signal': 'go', 'message': 'Shall I?'}}]}"));
  auto done = command({"run", "flow.json", "--output", "json"});
  BOOST_TEST(done.code == 4);
  BOOST_TEST(done.err.find("waits for the signal \"go\" at w: Shall I?") != std::string::npos);
  BOOST_TEST(json::parse(done.out)["waiting_for"][0]["signal"] == "go");
}

BOOST_AUTO_TEST_CASE(what_a_person_types_becomes_what_the_schema_takes) {
  using cli::payload_from;
  BOOST_TEST(payload_from("y", {{"type", "boolean"}}).json() == true);
  BOOST_TEST(payload_from("no", {{"type", "boolean"}}).json() == false);
  BOOST_TEST(payload_from("7", {{"type", "number"}}).json() == 7);
  BOOST_TEST(payload_from("7", {{"type", "string"}}).json() == "7");
  BOOST_TEST(payload_from("why not", {}).json() == "why not");
}

BOOST_AUTO_TEST_SUITE_END()
