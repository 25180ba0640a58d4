// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

using namespace troupe::test;
using nlohmann::json;

namespace {

/// A zombie is not: whoever inherits it has to bury it.
bool is_alive(int pid) {
  std::ifstream stat{"/proc/" + std::to_string(pid) + "/stat"};
  std::string number, name, state;
  stat >> number >> name >> state;
  return !state.empty() && state != "Z";
}

struct command_fixture : scratch_folder {
  command_fixture() {
    write("ok.json",
          R"({"troupe": 1, "name": "ok", "inputs": {"n": {"type": "integer", "default": 1}},
      "pipeline": [{"id": "a", "type": "echo", "params": {"value": {"n": "${inputs.n}"}}}], "output": "${a.n}"})");
    write(
      "fails.json",
      R"({"troupe": 1, "pipeline": [{"id": "a", "type": "fail", "params": {"message": "boom"}}]})");
    write("bad.json", R"({"troupe": 1, "pipeline": [{"id": "a", "type": "ecko"}]})");
    write("degraded.json", R"({"troupe": 1, "pipeline": [{"id": "g", "on_error": "continue",
      "parallel": [{"id": "a", "type": "fail"}, {"id": "b", "type": "echo"}]}]})");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(command_suite, command_fixture)

BOOST_AUTO_TEST_CASE(run_prints_the_result_on_stdout_and_the_rest_on_stderr) {
  auto ran = command({"run", "ok.json", "--output", "json"});
  BOOST_TEST(ran.code == 0);
  auto result = json::parse(ran.out);
  BOOST_TEST(result.at("output") == 1);
  BOOST_TEST(result.at("status") == "succeeded");
  BOOST_TEST(!result.at("steps").at(0).contains("output"));
  BOOST_TEST(ran.err.find("a  started") != std::string::npos);
  BOOST_TEST(ran.err.find("✓ ok succeeded in ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(full_shows_the_outputs_of_all_nodes_and_quiet_nothing_on_the_side) {
  auto ran = command({"run", "ok.json", "--output", "json", "--full", "--quiet"});
  BOOST_TEST(json::parse(ran.out).at("steps").at(0).at("output") == json({{"n", 1}}));
  BOOST_TEST(ran.err == "");
}

BOOST_AUTO_TEST_CASE(text_prints_the_output_alone) {
  BOOST_TEST(command({"run", "ok.json"}).out == "1\n");
  BOOST_TEST(command({"run", "ok.json", "--output", "text"}).out == "1\n");
  BOOST_TEST(command({"run", "fails.json", "--output", "text"}).out == "");
}

BOOST_AUTO_TEST_CASE(jsonl_prints_each_event_and_then_the_result) {
  auto ran = command({"run", "ok.json", "--output", "jsonl", "-q"});
  std::vector<json> lines;
  std::istringstream in{ran.out};
  for (std::string line; std::getline(in, line);)
    lines.push_back(json::parse(line));
  BOOST_TEST(lines.size() == 5u);
  BOOST_TEST(lines.front().at("event") == "run_started");
  BOOST_TEST(lines.at(3).at("event") == "run_finished");
  BOOST_TEST(lines.back().at("status") == "succeeded");
}

BOOST_AUTO_TEST_CASE(inputs_come_from_options_and_files_by_their_declared_types) {
  BOOST_TEST(command({"run", "ok.json", "--input", "n=7", "--output", "text"}).out == "7\n");
  write("in.json", R"({"n": 8})");
  BOOST_TEST(command({"run", "ok.json", "--input-file", "in.json", "--output", "text"}).out ==
             "8\n");
  BOOST_TEST(
    command({"run", "ok.json", "--input-file", "-", "--output", "text"}, R"({"n": 9})").out ==
    "9\n");
  auto wrong = command({"run", "ok.json", "--input", "n=seven"});
  BOOST_TEST(wrong.code == 2);
  BOOST_TEST(wrong.err == "troupe: --input n: wanted integer, got \"seven\"\n");
  BOOST_TEST(command({"run", "ok.json", "--input", "n"}).code == 2);
  BOOST_TEST(command({"run", "ok.json", "--input-file", "nope"}).err ==
             "troupe: --input-file nope: No such file or directory\n");
  auto unknown = command({"run", "ok.json", "--input", "m=1"});
  BOOST_TEST(unknown.code == 1);
  BOOST_TEST(unknown.err == "troupe: inputs.m: the flow has no such input; did you mean \"n\"?\n");
}

BOOST_AUTO_TEST_CASE(inputs_may_be_declared_by_a_type_alone_or_a_name) {
  for (auto inputs : {R"({"n": "integer"})", R"(["n"])"}) {
    write("short.json",
          R"({"troupe": 1, "inputs": )" + std::string{inputs} +
            R"(, "pipeline": [{"type": "echo", "params": {"value": "${inputs.n}"}}]})");
    BOOST_TEST(command({"run", "short.json", "--input", "n=7", "--output", "text"}).out == "7\n");
    BOOST_TEST(command({"explain", "short.json"}).code == 0);
  }
}

BOOST_AUTO_TEST_CASE(exit_codes_tell_what_happened) {
  BOOST_TEST(command({"run", "fails.json"}).code == 1);
  BOOST_TEST(command({"run", "degraded.json"}).code == 0);
  BOOST_TEST(command({"run", "degraded.json", "--strict"}).code == 1);
  BOOST_TEST(command({"run", "bad.json"}).code == 3);
  BOOST_TEST(command({"run", "missing.json"}).code == 3);
  BOOST_TEST(command({"run"}).code == 2);
  BOOST_TEST(command({"walk", "ok.json"}).code == 2);
  BOOST_TEST(command({"run", "ok.json", "--output", "xml"}).code == 2);
  BOOST_TEST(command({"--help"}).code == 0);
  BOOST_TEST(command({"--version"}).code == 0);
}

BOOST_AUTO_TEST_CASE(a_failure_is_shown_in_the_tree_and_in_the_result) {
  auto ran = command({"run", "fails.json", "--output", "json"});
  BOOST_TEST(ran.err.find("✗ a  ") != std::string::npos);
  BOOST_TEST(ran.err.find("step_failed: boom") != std::string::npos);
  auto result = json::parse(ran.out);
  BOOST_TEST(result.at("error").at("path") == "a");
  BOOST_TEST(result.at("output").is_null());
  BOOST_TEST(result.at("feedback") == "1 of 1 node failed: a (step_failed: boom)");
}

BOOST_AUTO_TEST_CASE(validate_finds_every_problem_and_runs_nothing) {
  auto ran = command({"validate", "ok.json", "bad.json", "missing.json"});
  BOOST_TEST(ran.code == 3);
  BOOST_TEST(ran.out == "ok.json: valid\n");
  BOOST_TEST(ran.err.find("bad.json:1:48: error[unknown_kind]: unknown step kind \"ecko\"") !=
             std::string::npos);
  BOOST_TEST(ran.err.find("missing.json: error[cannot_read]") != std::string::npos);
  BOOST_TEST(command({"validate", "ok.json"}).code == 0);
}

BOOST_AUTO_TEST_CASE(steps_lists_kinds_and_their_params) {
  auto all = command({"steps"});
  for (auto kind : {"shell", "read-file", "write-file", "copy-file", "move-file", "delete-file",
                    "list-files", "jq", "template", "echo", "test", "sleep", "fail", "log"})
    BOOST_TEST(("\n" + all.out).find("\n" + std::string{kind} + " ") != std::string::npos, kind);
  auto one = command({"steps", "sleep"});
  BOOST_TEST(one.out.find("for") != std::string::npos);
  BOOST_TEST(command({"steps", "nope"}).code == 2);
}

BOOST_AUTO_TEST_CASE(files_are_written_below_the_working_directory_or_the_given_roots_only) {
  write(
    "writes.json",
    R"({"troupe": 1, "pipeline": [{"type": "write-file", "params": {"file_path": "${inputs.to}", "content": "x"}}]})");
  BOOST_TEST(command({"run", "writes.json", "--input", "to=out/x.txt"}).code == 0);
  BOOST_TEST(read("out/x.txt") == "x");
  BOOST_TEST(command({"run", "writes.json", "--input", "to=/tmp/troupe-must-not-be"}).code == 1);
  BOOST_TEST(command({"run", "writes.json", "--file-root", "out", "--input", "to=y.txt"}).code ==
             1);
  BOOST_TEST(
    command({"run", "writes.json", "--file-root", "out", "--input", "to=out/y.txt"}).code == 0);
}

BOOST_AUTO_TEST_CASE(a_closed_or_full_stdout_is_told_and_nothing_crashes) {
  auto full = command({"run", "ok.json", "-q"}, "", "/dev/full");
  BOOST_TEST(full.code == 5);
  BOOST_TEST(full.err == "troupe: cannot write to standard output: No space left on device\n");
  BOOST_TEST(command({"run", "ok.json", "-q"}, "", "closed").code == 5);
}

BOOST_AUTO_TEST_CASE(an_interrupt_stops_everything_prints_the_tree_and_exits_with_130) {
  write("long.json", R"({"troupe": 1, "name": "long", "pipeline": [{"id": "g", "parallel": [
    {"id": "a", "type": "shell", "params": {"command": "echo $$ > a.pid; exec sleep 1000"}},
    {"id": "b", "type": "shell", "params": {"command": "trap : TERM; echo $$ > b.pid; while :; do sleep 0.1; done"}}]}]})");
  auto ran = interrupted({"run", "long.json", "--output", "json"}, {"a.pid", "b.pid"});
  BOOST_TEST(ran.code == 130);
  BOOST_TEST(ran.err.find("- g  ") != std::string::npos);
  BOOST_TEST(ran.err.find("- long cancelled in ") != std::string::npos);
  BOOST_TEST(json::parse(ran.out).at("status") == "cancelled");
  for (auto file : {"a.pid", "b.pid"})
    BOOST_TEST(!std::filesystem::exists("/proc/" + std::to_string(std::stoi(read(file)))), file);
}

BOOST_AUTO_TEST_CASE(the_second_interrupt_leaves_at_once_and_no_process_runs_on) {
  write("stubborn.json", R"({"troupe": 1, "pipeline": [
    {"type": "shell", "params": {"command": "trap '' TERM; sleep 1000 & echo $$ $! > pids; wait"}}]})");
  auto ran = interrupted({"run", "stubborn.json"}, {"pids"}, true);
  BOOST_TEST(ran.code == 130);
  std::istringstream pids{read("pids")};
  for (int pid = 0; pids >> pid;)
    while (is_alive(pid)) // the signal is on its way
      std::this_thread::yield();
}

BOOST_AUTO_TEST_CASE(a_secret_from_a_file_is_shown_nowhere) {
  write("key", "c4nary-key\n");
  write("uses.json", R"({"troupe": 1, "secrets": ["KEY"], "pipeline": [
    {"id": "x", "type": "log", "params": {"message": "with ${secret.KEY}"}},
    {"id": "y", "type": "shell", "params": {"command": "echo ${secret.KEY} >&2; exit 3"}}]})");
  for (auto how : {"text", "json", "jsonl"}) {
    auto ran = command({"run", "uses.json", "--secret", "KEY=@key", "--output", how, "--full"});
    BOOST_TEST(ran.code == 1);
    BOOST_TEST((ran.out + ran.err).find("c4nary") == std::string::npos, ran.out + ran.err);
    BOOST_TEST(ran.err.find("exit code 3: [secret]") != std::string::npos, ran.err);
  }
  BOOST_TEST(command({"run", "uses.json", "--secret", "KEY=c4nary-key"}).code == 2);
  BOOST_TEST(command({"run", "uses.json", "--secret", "KYE=@key"}).err ==
             "troupe: --secret KYE: the flow wants no such secret\n");
  BOOST_TEST(command({"run", "uses.json"}).err.find("secret.KEY: not given") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_flow_runs_on_recorded_outputs) {
  write("long.json", R"({"troupe": 1, "pipeline": [
    {"id": "fetch", "type": "fail", "params": {"message": "no network here"}},
    {"id": "g", "parallel": [{"id": "x", "type": "echo", "params": {"value": "${fetch.n}"}}, {"id": "y", "type": "llm", "params": {"prompt": "hi"}}]},
    {"id": "z", "type": "template", "params": {"text": "${x} ${y.response}"}}], "output": "${z}!"})");
  write("fetch.json", R"({"n": 7})");
  write("y.json", R"({"response": "hello"})");
  auto ran = command(
    {"run", "long.json", "--from", "g", "--pin", "fetch=fetch.json", "--pin", "y=y.json", "-q"});
  BOOST_TEST(ran.err == ""); // no model is asked, so no setting is missed
  BOOST_TEST(ran.out == "7 hello!\n");
  ran = command({"run", "long.json", "--only", "g", "--pin", "y=y.json", "-q"});
  BOOST_TEST(ran.code == 2);
  BOOST_TEST(ran.err == "troupe: what is left reads the output of \"fetch\", which is not run; "
                        "give it: --pin fetch=FILE\n");
  BOOST_TEST(command({"run", "long.json", "--from", "gg"}).err.find("did you mean \"g\"?") !=
             std::string::npos);
  BOOST_TEST(command({"run", "long.json", "--pin", "nobody=y.json"}).err ==
             "troupe: there is no node \"nobody\" to pin\n");
  BOOST_TEST(command({"run", "long.json", "--pin", "y=missing.json"}).code == 2);
}

BOOST_AUTO_TEST_CASE(a_dry_run_fills_in_what_is_known_and_runs_nothing) {
  write(
    "dry.json",
    R"({"troupe": 1, "inputs": {"n": {"type": "integer", "default": 2}}, "secrets": ["KEY"], "context": {"tag": {"value": "t"}}, "pipeline": [
    {"id": "a", "type": "write-file", "params": {"file_path": "made.txt", "content": "${inputs.n}"}},
    {"id": "b", "type": "http", "params": {"url": "http://x/${context.tag}", "auth_token": "${secret.KEY}", "body": ["${a.bytes}", "${inputs.n}"]}}]})");
  auto ran = command({"run", "dry.json", "--dry-run", "--input", "n=5"});
  BOOST_TEST(ran.code == 0);
  auto nodes = json::parse(ran.out).at("nodes");
  BOOST_TEST(nodes.at(0).at("params").at("content") == 5);
  BOOST_TEST(nodes.at(1).at("params").at("url") == "http://x/t");
  BOOST_TEST(nodes.at(1).at("params").at("auth_token") == "[secret]");
  BOOST_TEST(nodes.at(1).at("params").at("body") == json::parse(R"(["${a.bytes}", 5])"));
  BOOST_TEST(!has("made.txt"));
}

BOOST_AUTO_TEST_CASE(texts_may_stand_in_files_beside_the_document) {
  write("flows/prompts/hello.md", "Hello ${inputs.name}!\n");
  write(
    "flows/hello.json",
    R"({"troupe": 1, "pipeline": [{"id": "a", "type": "template", "params": {"text": {"$file": "prompts/hello.md"}}}]})");
  BOOST_TEST(command({"run", "flows/hello.json", "--input", "name=Ada", "-q"}).out ==
             "Hello Ada!\n");
  write("outside.md", "secret");
  write("flows/binary.md", "\xFF");
  std::filesystem::create_symlink(path() / "outside.md", path() / "flows/link.md");
  for (std::string file :
       {"../outside.md", "/etc/passwd", "nowhere.md", "binary.md", "link.md", "prompts"}) {
    write(
      "flows/bad.json",
      R"({"troupe": 1, "pipeline": [{"id": "a", "type": "echo", "params": {"value": {"$file": ")" +
        file + R"("}}}]})");
    auto ran = command({"validate", "flows/bad.json"});
    BOOST_TEST(ran.code == 3, file);
    BOOST_TEST(ran.err.find("error[cannot_read]: \"" + file + "\"") != std::string::npos, ran.err);
    BOOST_TEST(ran.err.find("at /pipeline/0/params/value/$file") != std::string::npos, ran.err);
  }
}

BOOST_AUTO_TEST_SUITE_END()
