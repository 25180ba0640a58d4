// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster_fault/faults.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <csignal>

namespace troupe::test {

std::string_view to_string(fault x) {
  constexpr std::array<std::string_view, 6> names{"kill", "freeze",  "drain",
                                                  "cut",  "drop_to", "drop_from"};
  return names[static_cast<size_t>(x)];
}

std::vector<fault> possible_faults(bool has_cables) {
  std::vector<fault> all{fault::kill, fault::freeze, fault::drain};
  if (has_cables)
    for (auto x : {fault::cut, fault::drop_to, fault::drop_from})
      all.push_back(x);
  return all;
}

void begin(fault x, worker_machine& at) {
  switch (x) {
  case fault::kill:
    return at.worker().signal(SIGKILL);
  case fault::freeze:
    return at.worker().signal(SIGSTOP);
  case fault::drain:
    return at.worker().signal(SIGTERM);
  case fault::cut:
    return at.cable()->cut();
  case fault::drop_to:
    return at.cable()->drop_to();
  case fault::drop_from:
    return at.cable()->drop_from();
  }
}

void end(fault x, worker_machine& at) {
  switch (x) {
  case fault::kill:
    return at.restart();
  case fault::freeze:
    return at.worker().signal(SIGCONT);
  case fault::drain:
    BOOST_TEST(at.worker().wait() == 0, at.name() << " has not finished what it had");
    return at.restart();
  case fault::cut:
    return at.cable()->mend();
  case fault::drop_to:
  case fault::drop_from:
    return at.cable()->pass();
  }
}

} // namespace troupe::test
