// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster_fault/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace troupe::test {

namespace {

struct pipe_ends {
  int read = -1, write = -1;

  pipe_ends() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    read = ends[0];
    write = ends[1];
  }
};

/// In the child, where nothing may be used but plain system calls.
[[noreturn]] void become(char** command, pid_t parent, int in, int out, int network) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto is_ready = ::getppid() == parent && ::dup2(in, STDIN_FILENO) >= 0 &&
                  ::dup2(out, STDOUT_FILENO) >= 0 &&
                  (network == same_network || ::setns(network, CLONE_NEWNET) == 0);
  if (is_ready)
    ::execvp(*command, command);
  ::_exit(127);
}

} // namespace

process::process(std::vector<std::string> command, int network) {
  pipe_ends to, from;
  std::vector<char*> words;
  for (auto& word : command)
    words.push_back(word.data());
  words.push_back(nullptr);
  auto parent = ::getpid();
  id_ = ::fork();
  if (id_ == 0)
    become(words.data(), parent, to.read, from.write, network);
  BOOST_REQUIRE(id_ > 0);
  ::close(to.read);
  ::close(from.write);
  in_ = to.write;
  out_ = from.read;
}

process::~process() {
  signal(SIGKILL);
  if (id_ > 0)
    wait();
  ::close(in_);
  ::close(out_);
}

void process::signal(int number) const {
  if (id_ > 0)
    ::kill(id_, number);
}

std::string process::ask(const std::string& line) {
  auto whole = line + '\n';
  if (::write(in_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
    return {};
  return read_line();
}

std::string process::read_line() {
  auto end = unread_.find('\n');
  while (end == unread_.npos) {
    std::array<char, 256> piece{};
    auto count = ::read(out_, piece.data(), piece.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return {};
    unread_.append(piece.data(), static_cast<size_t>(count));
    end = unread_.find('\n');
  }
  auto line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

int process::wait() {
  int how = 0;
  while (::waitpid(id_, &how, 0) < 0 && errno == EINTR) {
  }
  id_ = -1;
  return WIFEXITED(how) ? WEXITSTATUS(how) : 1000 + WTERMSIG(how);
}

void run_command(std::vector<std::string> command, int network) {
  std::string text;
  for (auto& word : command)
    text += word + ' ';
  process x{std::move(command), network};
  auto code = x.wait();
  BOOST_REQUIRE_MESSAGE(code == 0, text << "has ended with " << code);
}

bool is_any_process_left() {
  siginfo_t who{};
  return ::waitid(P_ALL, 0, &who, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void pass_time(duration x) {
  auto ms = std::chrono::ceil<std::chrono::milliseconds>(x).count();
  ::poll(nullptr, 0, static_cast<int>(ms));
}

bool becomes_true(duration limit, const std::function<bool()>& what) {
  auto end = std::chrono::steady_clock::now() + limit;
  while (!what()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    pass_time(std::chrono::milliseconds{5}); // nobody here is told
  }
  return true;
}

} // namespace troupe::test
