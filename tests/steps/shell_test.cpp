// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.hpp"
#include "tests/support/running.hpp"

#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

struct shell_fixture : engine_fixture {
  json shell(const std::string& params, value inputs = {}) {
    return output_of("{'id': 's', 'type': 'shell', 'params': {" + params + "}}", std::move(inputs));
  }
  error shell_error(const std::string& params, value inputs = {}) {
    return error_of("{'id': 's', 'type': 'shell', 'params': {" + params + "}}", std::move(inputs));
  }
};

std::set<std::string> open_descriptors() {
  std::set<std::string> all;
  for (auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (!gone && target.string().find("/fd") == std::string::npos)
      all.insert(entry.path().filename().string() + " " + target.string());
  }
  return all;
}

/// Returns when the process has died; whoever inherited it may take its time to bury it.
void await_death(pid_t pid) {
  auto stat = "/proc/" + std::to_string(pid) + "/stat";
  for (;;) {
    std::ifstream in{stat};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.empty() || text.find(") Z ") != text.npos)
      return;
    std::this_thread::yield();
  }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(shell_suite, shell_fixture)

BOOST_AUTO_TEST_CASE(a_process_gives_its_output_and_its_exit_code) {
  auto out = shell("'command': 'echo out; echo err >&2'");
  BOOST_TEST(out == json({{"stdout", "out"}, {"stderr", "err"}, {"exit_code", 0}}));
}

BOOST_AUTO_TEST_CASE(data_from_templates_never_becomes_code) {
  for (std::string evil : {"$(id)", "`id`", "a; id", "'; id; '", "\"; id; \"", "a\nid\n", "${HOME}",
                           "*", "a  b", "\\", "-n"}) {
    auto inputs = value{json{{"x", evil}}};
    for (auto command : {"printf '%s' ${inputs.x}", "printf '%s' \\\"${inputs.x}\\\"",
                         "cat <<E\\n${inputs.x}\\nE"}) {
      auto text = "{\"id\": \"s\", \"type\": \"shell\", \"params\": {\"strip_newline\": false, "
                  "\"command\": \"" +
                  std::string{command} + "\"}}";
      auto read = engine.parse("{\"troupe\": 1, \"pipeline\": [" + text + "]}");
      BOOST_REQUIRE(read);
      auto got = engine.run(*read, inputs).output.json().at("stdout").get<std::string>();
      BOOST_TEST((got == evil || got == evil + "\n"),
                 command << " with " << evil << " gave " << got);
    }
    BOOST_TEST(shell("'argv': ['printf', '%s', '${inputs.x}'], 'strip_newline': false", inputs)
                 .at("stdout") == evil);
  }
}

BOOST_AUTO_TEST_CASE(in_single_quotes_a_template_is_data_too) {
  auto read = engine.parse(
    R"({"troupe": 1, "pipeline": [{"type": "shell", "params": {"command": "printf '%s' 'a ${inputs.x} b'"}}]})");
  BOOST_REQUIRE(read);
  BOOST_TEST(engine.run(*read, value{json{{"x", "'; id; '"}}}).output.json().at("stdout") ==
             "a '; id; ' b");
}

BOOST_AUTO_TEST_CASE(a_nul_byte_is_refused_and_not_cut_off) {
  auto inputs = value{json{{"x", std::string("a\0b", 3)}}};
  BOOST_TEST((shell_error("'argv': ['echo', '${inputs.x}']", inputs).code == errc::invalid_input));
  BOOST_TEST((shell_error("'command': 'echo ${inputs.x}'", inputs).code == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_text_too_large_for_an_argument_is_a_clear_error) {
  auto inputs = value{json{{"x", std::string(3 << 20, 'x')}}};
  BOOST_TEST(
    (shell_error("'command': 'echo ${inputs.x}'", inputs).code == errc::payload_too_large));
  BOOST_TEST(shell_error("'argv': ['echo', '${inputs.x}']", inputs).message ==
             "cannot start \"echo\": Argument list too long");
  BOOST_TEST(shell("'argv': ['wc', '-c'], 'stdin': '${inputs.x}'", inputs).at("stdout") ==
             "3145728");
}

BOOST_AUTO_TEST_CASE(numbers_and_lists_in_arguments_become_text) {
  auto out = shell("'argv': ['printf', '%s|', '${inputs.n}', 5, true]", value{json{{"n", 1.5}}});
  BOOST_TEST(out.at("stdout") == "1.5|5|true|");
}

BOOST_AUTO_TEST_CASE(an_exit_code_that_is_not_0_fails_with_what_the_process_said) {
  auto why = shell_error("'command': 'echo partial; echo broken >&2; exit 3'");
  BOOST_TEST((why.code == errc::process_exit));
  BOOST_TEST(why.message == "exit code 3: broken");
  BOOST_TEST(why.details.at("stdout") == "partial");
  BOOST_TEST(shell("'command': 'exit 3', 'ignore_errors': true").at("exit_code") == 3);
}

BOOST_AUTO_TEST_CASE(a_signal_is_told_by_its_name) {
  BOOST_TEST(shell_error("'command': 'kill -9 $$'").message == "ended by signal 9 (Killed)");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_a_clear_error) {
  BOOST_TEST(shell_error("'argv': ['no-such-program']").message ==
             "cannot start \"no-such-program\": No such file or directory");
  BOOST_TEST(shell_error("'argv': ['ls'], 'cwd': '/no/such/folder'").message ==
             "cannot start \"ls\" in \"/no/such/folder\": No such file or directory");
}

BOOST_AUTO_TEST_CASE(stdout_may_be_json_or_lines) {
  BOOST_TEST(shell("'argv': ['echo', '[1, 2]'], 'parse': 'json'").at("stdout") == json({1, 2}));
  BOOST_TEST(shell("'argv': ['printf', 'a\\\\nb\\\\n'], 'parse': 'lines'").at("stdout") ==
             json({"a", "b"}));
  BOOST_TEST((shell_error("'argv': ['echo', 'no'], 'parse': 'json'").code == errc::invalid_output));
}

BOOST_AUTO_TEST_CASE(output_that_is_nested_too_deep_is_refused) {
  BOOST_TEST(
    (shell_error("'command': 'head -c 100000 /dev/zero | tr \\\\0 [', 'parse': 'json'").code ==
     errc::invalid_output));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_come_as_base64) {
  auto out = shell("'command': 'printf \\\\\\\\377\\\\\\\\001'");
  BOOST_TEST(out.at("stdout_is_binary") == true);
  BOOST_TEST(out.at("stdout") == "/wE=");
}

BOOST_AUTO_TEST_CASE(the_environment_and_the_folder_can_be_given) {
  scratch_folder folder;
  auto out = shell("'command': 'echo $GREETING; pwd', 'env': {'GREETING': 'hi'}, 'cwd': '" +
                   folder.path().string() + "', 'parse': 'lines'");
  BOOST_TEST(out.at("stdout") == json({"hi", std::filesystem::canonical(folder.path()).string()}));
}

BOOST_AUTO_TEST_CASE(a_process_that_does_not_read_its_input_is_no_error) {
  BOOST_TEST(shell("'command': 'exec <&-; echo done', 'stdin': '${inputs.x}'",
                   value{json{{"x", std::string(1 << 20, 'x')}}})
               .at("stdout") == "done");
}

BOOST_AUTO_TEST_CASE(more_output_than_may_be_is_refused_and_the_process_ended) {
  BOOST_TEST((shell_error("'argv': ['yes']").code == errc::payload_too_large));
}

BOOST_AUTO_TEST_CASE(what_a_process_leaves_behind_is_ended_with_it) {
  auto pid = std::stoi(
    shell("'command': 'sleep 1000 >/dev/null 2>&1 & echo $!'").at("stdout").get<std::string>());
  await_death(pid);
}

BOOST_AUTO_TEST_CASE(cancel_ends_the_whole_group_and_answers_when_it_is_reaped) {
  auto x = nodes("{'id': 's', 'type': 'shell', 'params': {'command': 'sleep 1000 & echo $! > pid; "
                 "sleep 1000'}}");
  scratch_folder folder;
  auto run = engine.submit(x);
  while (!folder.has("pid") || folder.read("pid").empty())
    std::this_thread::yield();
  auto pid = std::stoi(folder.read("pid"));
  run.cancel();
  auto result = run.result();
  BOOST_TEST((result.status == status::cancelled));
  BOOST_TEST(!result.tree->children[0]->abandoned);
  await_death(pid);
}

BOOST_AUTO_TEST_CASE(a_process_that_ignores_term_is_killed) {
  auto x = nodes("{'id': 's', 'type': 'shell', 'timeout': '100ms', 'params': {'command': 'trap : "
                 "TERM; while :; do sleep 0.05; done'}}");
  auto result = engine.run(x);
  BOOST_TEST((result.error->code == errc::timeout));
  BOOST_TEST(!result.tree->children[0]->abandoned);
}

BOOST_AUTO_TEST_CASE(no_descriptor_and_no_child_is_left_over) {
  shell("'argv': ['true']"); // the reactor's own descriptors are open from here on
  auto before = open_descriptors();
  for (auto i = 0; i < 20; ++i)
    shell("'argv': ['true'], 'stdin': 'x'");
  shell_error("'argv': ['no-such-program']");
  BOOST_TEST(open_descriptors() == before, boost::test_tools::per_element());
  BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1); // no zombie
}

BOOST_AUTO_TEST_CASE(processes_inherit_no_descriptor) {
  auto out = shell("'argv': ['ls', '/proc/self/fd'], 'parse': 'lines'").at("stdout");
  BOOST_TEST(out == json({"0", "1", "2", "3"})); // 3 is the folder that ls reads
}

BOOST_AUTO_TEST_CASE(beyond_the_cap_processes_queue_and_say_so) {
  engine_fixture small{{.steps = {.files = {}, .max_processes = 1}}};
  scratch_folder folder;
  auto go = folder.path() / "go";
  auto patient = [&](const std::string& id) {
    return "{'id': '" + id + "', 'type': 'shell', 'params': {'command': 'while [ ! -e " +
           go.string() + " ]; do sleep 0.01; done'}}";
  };
  std::vector<json> waits;
  auto listener = [&](const event& x) {
    if (x.type != event_type::limit_waiting)
      return;
    waits.push_back(x.data);
    std::ofstream{go}; // the one that runs may end
  };
  auto flow = small.nodes("{'id': 'g', 'parallel': [" + patient("a") + "," + patient("b") + "]}");
  BOOST_TEST(small.engine.run(flow, {}, {.on_event = listener}).success());
  BOOST_TEST(waits == std::vector<json>(1, {{"limit", "max_processes"}}));
}

BOOST_AUTO_TEST_CASE(without_descriptors_the_error_is_clear_and_the_engine_goes_on) {
  shell("'argv': ['true']");
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  auto used = open_descriptors().size() + 2;
  rlimit tight{used, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &tight);
  auto why = shell_error("'argv': ['true']");
  ::setrlimit(RLIMIT_NOFILE, &before);
  BOOST_TEST(why.message == "cannot make a pipe: Too many open files");
  BOOST_TEST(shell("'argv': ['echo', 'on']").at("stdout") == "on");
}

BOOST_AUTO_TEST_CASE(a_first_process_without_descriptors_is_no_end) {
  shell("'argv': ['true']"); // UBSan looks at a type for the first time through a pipe
  engine_fixture fresh;      // nothing of it watches processes yet
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  for (auto more = 0u; more < 12; ++more) { // whatever it is that fails first
    rlimit tight{open_descriptors().size() + more, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &tight);
    auto result = fresh.run("{'type': 'shell', 'params': {'argv': ['true']}}");
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST(
      (result.success() || result.error->message.find("Too many open files") != std::string::npos));
  }
  BOOST_TEST(fresh.run("{'type': 'shell', 'params': {'argv': ['true']}}").success());
}

BOOST_AUTO_TEST_SUITE_END()
