// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"
#include "troupe/registry.hpp"

#include <string>
#include <vector>

#include <sys/types.h>

namespace troupe::test {

/// A line of the ledger: what a step has done, and where. Kept by the steps themselves, for all
/// processes in one file.
struct ledger_line {
  std::string key; ///< the step's idempotency key
  int attempt = 0;
  pid_t process = 0;
  duration at{0};   ///< on the machine's steady clock
  std::string what; ///< begin, then one of: end, failed, stopped
};

/// Adds the kinds `ledger` and `ledger_once`, which must not run twice. Params: `value` (the
/// output), `for` (how long it takes), `fails` (so many attempts fail). Both write into the file
/// when they begin and when they end.
void add_ledger_steps(registry& kinds, const std::string& file);

/// All that stands in it, in the order in which it was written.
std::vector<ledger_line> read_ledger(const std::string& file);

/// The time on the clock that the ledger goes by.
duration ledger_time();

} // namespace troupe::test
