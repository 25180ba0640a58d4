// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include "cli/command.hpp"
#include "cli/leftovers.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <mutex>

namespace troupe::cli {

struct interrupt::state {
  sigset_t signals;
  std::mutex mutex;
  std::function<void()> act;
  std::atomic<bool> is_leaving = false;
};

namespace {

constexpr int leave_signal = SIGUSR2; // from the destructor to the thread

} // namespace

interrupt::interrupt() : state_{std::make_unique<state>()} {
  auto& signals = state_->signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, leave_signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::thread{[this] {
    for (;;) {
      int number = 0;
      if (sigwait(&state_->signals, &number) != 0)
        continue;
      if (number == leave_signal && state_->is_leaving)
        return;
      if (number == leave_signal)
        continue; // from somebody else
      std::lock_guard guard{state_->mutex};
      if (count_++ > 0 || !state_->act) {
        kill_leftovers();
        ::_exit(exit_code::interrupted);
      }
      state_->act();
    }
  }};
}

interrupt::~interrupt() {
  state_->is_leaving = true;
  pthread_kill(thread_.native_handle(), leave_signal);
  thread_.join();
}

void interrupt::on_first(std::function<void()> act) {
  std::lock_guard guard{state_->mutex};
  state_->act = std::move(act);
}

} // namespace troupe::cli
