// SPDX-License-Identifier: Apache-2.0
#include "steps/child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

extern char** environ;

namespace troupe::steps {

namespace {

struct pipe_ends {
  unique_fd read, write;
};

bool make_pipe(pipe_ends& x) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return false;
  x.read = unique_fd{ends[0]};
  x.write = unique_fd{ends[1]};
  return true;
}

void make_nonblocking(const unique_fd& x) {
  ::fcntl(x.get(), F_SETFL, ::fcntl(x.get(), F_GETFL) | O_NONBLOCK);
}

std::vector<char*> pointers_to(const std::vector<std::string>& all) {
  std::vector<char*> result;
  for (auto& x : all)
    result.push_back(const_cast<char*>(x.c_str())); // exec does not write to them
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& own) {
  std::vector<std::string> all;
  for (auto entry = environ; *entry; ++entry) {
    std::string text{*entry};
    if (!own.contains(text.substr(0, text.find('='))))
      all.push_back(std::move(text));
  }
  for (auto& [name, x] : own)
    all.push_back(name + "=" + x);
  return all;
}

/// posix_spawn's settings, freed when they go.
struct spawn_settings {
  spawn_settings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~spawn_settings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

/// Its own group, and signals as a fresh program expects them, whatever the host has done to them.
void set_attributes(posix_spawnattr_t& x) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&x, &none);
  posix_spawnattr_setsigdefault(&x, &all);
  posix_spawnattr_setpgroup(&x, 0);
  posix_spawnattr_setflags(&x,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

std::string system_problem(const std::string& what, int number) {
  return what + ": " + std::strerror(number);
}

} // namespace

std::string child_process::start(const process_request& order) {
  pipe_ends in, out, err;
  if (!make_pipe(in) || !make_pipe(out) || !make_pipe(err))
    return system_problem("cannot make a pipe", errno);
  spawn_settings settings;
  set_attributes(settings.attributes);
  auto& actions = settings.actions;
  posix_spawn_file_actions_adddup2(&actions, in.read.get(), 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (!order.cwd.empty())
    posix_spawn_file_actions_addchdir_np(&actions, order.cwd.c_str());
  auto environment = environment_with(order.env);
  auto argv = pointers_to(order.argv);
  auto env = pointers_to(environment);
  auto problem =
    posix_spawnp(&pid_, argv[0], &actions, &settings.attributes, argv.data(), env.data());
  if (problem != 0)
    return system_problem("cannot start \"" + order.argv[0] + "\"" +
                            (order.cwd.empty() ? "" : " in \"" + order.cwd + "\""),
                          problem);
  pidfd_ = unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
  if (!pidfd_) {
    auto why = system_problem("cannot watch \"" + order.argv[0] + "\"", errno);
    signal_group(SIGKILL);
    ::waitpid(pid_, nullptr, 0); // it has been killed: this is short
    return why;
  }
  in_ = std::move(in.write);
  out_ = std::move(out.read);
  err_ = std::move(err.read);
  make_nonblocking(in_);
  make_nonblocking(out_);
  make_nonblocking(err_);
  to_write_ = order.input.as_text();
  return {};
}

void child_process::feed() {
  while (in_ && written_ < to_write_.size()) {
    auto count = ::write(in_.get(), to_write_.data() + written_, to_write_.size() - written_);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0 && errno == EAGAIN)
      return;
    if (count < 0)
      break; // it does not want to read more
    written_ += static_cast<size_t>(count);
  }
  in_.reset();
}

bool child_process::drain(bool is_err) {
  return is_err ? drain(err_, result_.err) : drain(out_, result_.out);
}

bool child_process::drain(const unique_fd& from, std::string& to) {
  std::array<char, 65536> buffer;
  while (from) {
    auto count = ::read(from.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return errno == EAGAIN;
    if (count == 0)
      return false;
    to.append(buffer.data(), static_cast<size_t>(count));
    if (to.size() > most_output) {
      too_large_ = true;
      return false;
    }
  }
  return false;
}

void child_process::signal_group(int number) const { ::kill(-pid_, number); }

/// The group is killed before the leader is reaped: until then nobody else can get its number.
process_result child_process::reap() {
  signal_group(SIGKILL);
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) != 0 && errno == EINTR) {
  }
  if (!too_large_) {
    drain(false);
    drain(true);
  }
  result_.how =
    info.si_code == CLD_EXITED ? process_result::ending::exited : process_result::ending::signalled;
  result_.code = info.si_status;
  if (too_large_)
    result_.how = process_result::ending::too_large;
  return std::move(result_);
}

} // namespace troupe::steps
