// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster_fault/namespaces.hpp"

#include "tests/cluster_fault/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <thread>

namespace troupe::test {

namespace {

int network_of_this_thread() { return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); }

int new_network() {
  auto made = -1;
  std::thread{[&] {
    if (::unshare(CLONE_NEWNET) == 0)
      made = network_of_this_thread();
  }}.join();
  BOOST_REQUIRE_MESSAGE(made >= 0, "no network could be made");
  return made;
}

/// What is sent to this address goes to no card that there is.
void mislead(const std::string& address, const std::string& through, int network) {
  run_command({"ip", "neigh", "replace", address, "lladdr", "02:00:00:00:00:01", "dev", through,
               "nud", "permanent"},
              network);
}

void forget_neighbours(const std::string& behind, int network) {
  run_command({"ip", "neigh", "flush", "nud", "all", "dev", behind}, network);
}

} // namespace

bool may_have_networks() { return process{{"unshare", "-n", "true"}}.wait() == 0; }

own_network::own_network() : outside_{network_of_this_thread()} {
  BOOST_REQUIRE_MESSAGE(::unshare(CLONE_NEWNET) == 0, "no network could be made");
  run_command({"ip", "link", "set", "lo", "up"});
}

own_network::~own_network() {
  ::setns(outside_, CLONE_NEWNET);
  ::close(outside_);
}

far_machine::far_machine(int number)
  : number_{number}, near_end_{"near" + std::to_string(number)},
    far_end_{"far" + std::to_string(number)}, there_{new_network()} {
  auto there = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(there_);
  run_command(
    {"ip", "link", "add", near_end_, "type", "veth", "peer", "name", far_end_, "netns", there});
  run_command({"ip", "address", "add", address_of("1") + "/24", "dev", near_end_});
  run_command({"ip", "address", "add", address_of("2") + "/24", "dev", far_end_}, there_);
  run_command({"ip", "link", "set", "lo", "up"}, there_);
  run_command({"ip", "link", "set", far_end_, "up"}, there_);
  mend();
}

far_machine::~far_machine() { ::close(there_); }

void far_machine::cut() const { run_command({"ip", "link", "set", near_end_, "down"}); }
void far_machine::mend() const { run_command({"ip", "link", "set", near_end_, "up"}); }

void far_machine::drop_to() const { mislead(address_of("2"), near_end_, same_network); }
void far_machine::drop_from() const { mislead(address_of("1"), far_end_, there_); }

void far_machine::pass() const {
  forget_neighbours(near_end_, same_network);
  forget_neighbours(far_end_, there_);
}

void far_machine::slow_down(const std::string& rate) const {
  auto limit = [&](const std::string& device, int network) {
    run_command({"tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", rate, "burst",
                 "16kb", "latency", "400ms"},
                network);
  };
  limit(near_end_, same_network);
  limit(far_end_, there_);
}

std::string far_machine::address_of(const char* end) const {
  return "10.77." + std::to_string(number_) + '.' + end;
}

} // namespace troupe::test
