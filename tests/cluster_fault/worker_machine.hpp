// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster_fault/namespaces.hpp"
#include "tests/cluster_fault/processes.hpp"

#include <memory>
#include <optional>
#include <string>

namespace troupe::test {

/// A machine with one worker that has the ledger's steps. What is done to it, it survives.
class worker_machine {
public:
  /// `number`: from 1, unique; `far`: in a network of its own, else on this machine.
  worker_machine(int number, bool is_far, std::string ledger, size_t slots);

  /// The worker's, the same after a restart.
  std::string address() const { return host_ + ':' + port_; }
  const std::string& name() const { return name_; }
  /// Null: it has none.
  const far_machine* cable() const { return far_ ? &*far_ : nullptr; }
  process& worker() { return *worker_; }

  /// Starts the worker again, after it was killed.
  void restart();
  /// How many branches run there, and for how many coordinators, as the worker says.
  std::string load() { return worker_->ask("load"); }
  /// Asks the worker to end when it is idle; its exit code.
  int drain();

private:
  std::optional<far_machine> far_;
  std::string name_, host_, port_ = "0", ledger_;
  size_t slots_;
  std::unique_ptr<process> worker_;
};

} // namespace troupe::test
