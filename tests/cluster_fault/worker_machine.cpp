// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster_fault/worker_machine.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>

namespace troupe::test {

worker_machine::worker_machine(int number, bool is_far, std::string ledger, size_t slots)
  : name_{"w" + std::to_string(number)}, host_{"127.0.0.1"}, ledger_{std::move(ledger)}, slots_{
                                                                                           slots} {
  if (is_far)
    host_ = far_.emplace(number).host();
  restart();
}

void worker_machine::restart() {
  auto program = std::getenv("TROUPE_LEDGER_WORKER");
  BOOST_REQUIRE_MESSAGE(program, "TROUPE_LEDGER_WORKER is not set; run the tests with ./dev test");
  worker_.reset(); // the port is its own until then
  std::vector<std::string> command{
    program,    "--listen", address(), "--name", name_, "--slots", std::to_string(slots_),
    "--ledger", ledger_};
  worker_ = std::make_unique<process>(std::move(command), far_ ? far_->network() : same_network);
  port_ = worker_->read_line();
  BOOST_REQUIRE_MESSAGE(!port_.empty(), name_ << " does not listen at " << address());
}

int worker_machine::drain() {
  worker_->signal(SIGTERM);
  return worker_->wait();
}

} // namespace troupe::test
