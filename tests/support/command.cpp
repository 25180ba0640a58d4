// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"

#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

extern char** environ;

namespace troupe::test {

namespace {

namespace fs = std::filesystem;

/// The command as a process, its input and output in files beside the test's own.
class process {
public:
  process(std::vector<std::string> arguments, const std::string& input, const std::string& out) {
    auto program = std::getenv("TROUPE_COMMAND");
    BOOST_REQUIRE_MESSAGE(program, "TROUPE_COMMAND is not set; run the tests with ./dev test");
    arguments.insert(arguments.begin(), program);
    std::ofstream{in_} << input;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, in_.c_str(), O_RDONLY, 0);
    auto target = out.empty() ? out_.string() : out;
    if (out == "closed")
      posix_spawn_file_actions_addclose(&files, 1);
    else
      posix_spawn_file_actions_addopen(&files, 1, target.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                       0600);
    posix_spawn_file_actions_addopen(&files, 2, err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::vector<char*> argv;
    for (auto& argument : arguments)
      argv.push_back(argument.data());
    argv.push_back(nullptr);
    BOOST_REQUIRE(posix_spawn(&pid_, program, &files, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&files);
  }

  void signal(int number) const { ::kill(pid_, number); }

  std::string errors() const { return read_text(err_); }

  ended_command wait() {
    int how = 0;
    BOOST_REQUIRE(::waitpid(pid_, &how, 0) == pid_);
    auto code = WIFEXITED(how) ? WEXITSTATUS(how) : 1000 + WTERMSIG(how);
    return {code, fs::exists(out_) ? read_text(out_) : "", read_text(err_)};
  }

private:
  fs::path in_ = fs::current_path() / ".in", out_ = fs::current_path() / ".out",
           err_ = fs::current_path() / ".err";
  pid_t pid_ = -1;
};

bool holds_a_line(const std::string& file) {
  return fs::exists(file) && read_text(file).ends_with('\n');
}

} // namespace

ended_command command(const std::vector<std::string>& arguments, const std::string& input,
                      const std::string& out) {
  fs::remove(".out");
  return process{arguments, input, out}.wait();
}

ended_command interrupted(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& files, bool twice) {
  process running{arguments, "", ""};
  for (auto& file : files)
    while (!holds_a_line(file))
      std::this_thread::yield();
  running.signal(SIGINT);
  if (twice) {
    while (running.errors().find("interrupted") == std::string::npos)
      std::this_thread::yield();
    running.signal(SIGINT);
  }
  return running.wait();
}

background_command::background_command(std::vector<std::string> arguments) {
  auto program = std::getenv("TROUPE_COMMAND");
  BOOST_REQUIRE_MESSAGE(program, "TROUPE_COMMAND is not set; run the tests with ./dev test");
  arguments.insert(arguments.begin(), program);
  std::vector<char*> argv;
  for (auto& argument : arguments)
    argv.push_back(argument.data());
  argv.push_back(nullptr);
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, ends[1], 2);
  BOOST_REQUIRE(posix_spawn(&pid_, program, &files, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&files);
  ::close(ends[1]);
  errors_ = ends[0];
}

background_command::background_command(background_command&& x) noexcept
  : pid_{std::exchange(x.pid_, -1)}, errors_{std::exchange(x.errors_, -1)} {}

background_command::~background_command() {
  if (pid_ < 0)
    return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  ::close(errors_);
}

std::string background_command::first_line() {
  std::string line;
  for (char c = 0; ::read(errors_, &c, 1) == 1 && c != '\n';)
    line += c;
  return line;
}

} // namespace troupe::test
