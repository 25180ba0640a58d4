// SPDX-License-Identifier: Apache-2.0
// A worker that has the ledger's steps. Prints its port; answers each line of its input with what
// it is busy with: running branches, coordinators. Ends on SIGTERM, or at the end of its input,
// when nothing runs there any more.
#include "tests/cluster_fault/ledger.hpp"
#include "tests/cluster_fault/programs/options.hpp"
#include "troupe/engine.hpp"

#include <iostream>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

using namespace troupe;

namespace {

constexpr duration longest_drain = std::chrono::seconds{10};

/// SIGTERM as something that can be read. To be made before there are other threads.
int terminations() {
  sigset_t all;
  sigemptyset(&all);
  sigaddset(&all, SIGTERM);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  return ::signalfd(-1, &all, SFD_CLOEXEC);
}

void answer_until(int terminated, const worker& x) {
  std::array<pollfd, 2> both{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{terminated, POLLIN, 0}};
  while (::poll(both.data(), both.size(), -1) >= 0 && both[1].revents == 0) {
    std::array<char, 64> line{};
    if (::read(STDIN_FILENO, line.data(), line.size()) <= 0)
      return;
    auto load = x.load();
    std::cout << load.running << ' ' << load.coordinators << std::endl;
  }
}

} // namespace

int main(int argc, char** argv) {
  auto terminated = terminations();
  test::program_options options{argc, argv};
  engine by{{.network = network_options{.insecure = true}}};
  test::add_ledger_steps(by.steps(), options.one("--ledger"));
  auto mine = worker::start(by, {.listen = options.one("--listen"),
                                 .name = options.one("--name"),
                                 .labels = options.all("--label"),
                                 .slots = options.number("--slots")});
  if (!mine) {
    std::cerr << mine.error().message << '\n';
    return 1;
  }
  std::cout << mine->port() << std::endl;
  answer_until(terminated, *mine);
  mine->drain();
  return mine->wait_until_idle(longest_drain) ? 0 : 2;
}
