// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <fstream>

namespace troupe::test {

/// Sanitizers keep what was freed, and shadows of all the rest.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_its_own = false;
#else
constexpr bool memory_is_its_own = true;
#endif

/// MiB of this process that are in memory.
inline double resident_mb() {
  std::ifstream in{"/proc/self/statm"};
  size_t size = 0, resident = 0;
  in >> size >> resident;
  return static_cast<double>(resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE))) / (1 << 20);
}

} // namespace troupe::test
