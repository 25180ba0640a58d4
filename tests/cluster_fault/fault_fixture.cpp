// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster_fault/fault_fixture.hpp"

#include "tests/cluster_fault/ledger.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <algorithm>

namespace troupe::test {

namespace {

constexpr duration recovery = std::chrono::minutes{1};

std::filesystem::path new_folder() {
  auto path =
    std::filesystem::temp_directory_path() / ("troupe_faults_" + std::to_string(::getpid()));
  std::filesystem::remove_all(path);
  std::filesystem::create_directory(path);
  return path;
}

} // namespace

fault_fixture::fault_fixture(size_t slots) : folder_{new_folder()} {
  if (may_have_networks())
    network_.emplace();
  for (size_t i = 1; i <= workers; ++i)
    machines_.push_back(
      std::make_unique<worker_machine>(static_cast<int>(i), has_cables(), ledger(), slots));
  // Any number of moves: on a busy machine beats come late.
  coordinator_.emplace(engine_options{
    .network = network_options{.insecure = true, .lease = lease, .max_moves = 1000}});
  add_ledger_steps(coordinator_->steps(), ledger());
  for (auto& machine : machines_)
    BOOST_REQUIRE(coordinator_->connect(machine->address()));
}

fault_fixture::~fault_fixture() {
  coordinator_.reset();
  for (auto& machine : machines_)
    BOOST_TEST(machine->drain() == 0);
  machines_.clear();
  BOOST_TEST(!is_any_process_left());
  std::filesystem::remove_all(folder_);
}

worker_machine& fault_fixture::machine_of(const std::string& worker) {
  auto is_it = [&](auto& x) { return x->name() == worker; };
  auto found = std::find_if(machines_.begin(), machines_.end(), is_it);
  BOOST_REQUIRE_MESSAGE(found != machines_.end(), "there is no worker \"" << worker << '"');
  return **found;
}

void fault_fixture::require_all_connected() {
  auto are_there = becomes_true(recovery, [&] {
    auto all = coordinator_->workers();
    return all.size() == workers &&
           std::all_of(all.begin(), all.end(), [](auto& x) { return x.is_connected; });
  });
  std::string problems;
  for (auto& x : coordinator_->workers())
    problems += x.address + ": " + x.problem + "; ";
  BOOST_TEST_REQUIRE(are_there, problems);
}

void fault_fixture::check_all_idle() {
  for (auto& machine : machines_) {
    auto is_idle = becomes_true(recovery, [&] { return machine->load().starts_with("0 "); });
    BOOST_TEST(is_idle, machine->name() << " still runs branches: " << machine->load());
  }
}

} // namespace troupe::test
