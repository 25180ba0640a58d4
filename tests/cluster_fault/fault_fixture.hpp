// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster_fault/worker_machine.hpp"
#include "troupe/engine.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

/// A coordinator in this process and four workers in processes of their own, on machines of their
/// own if such can be made. All of them have the ledger's steps, and one ledger.
class fault_fixture {
public:
  static constexpr size_t workers = 4;
  static constexpr duration lease = std::chrono::seconds{2};

  explicit fault_fixture(size_t slots = 4);
  /// Every worker must end by itself, and no process be left.
  ~fault_fixture();

  engine& coordinator() { return *coordinator_; }
  worker_machine& machine(size_t i) { return *machines_.at(i); }
  /// The machine whose worker has that name.
  worker_machine& machine_of(const std::string& worker);
  bool has_cables() const { return network_.has_value(); }
  std::string folder() const { return folder_.string(); }
  std::string ledger() const { return folder_ / "ledger"; }

  /// Waits for that; it must come.
  void require_all_connected();
  /// Nothing may run on any worker, as soon as each has noticed what it has lost.
  void check_all_idle();

private:
  std::filesystem::path folder_; // of this test alone
  std::optional<own_network> network_;
  std::vector<std::unique_ptr<worker_machine>> machines_;
  std::optional<engine> coordinator_;
};

} // namespace troupe::test
