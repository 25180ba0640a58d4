// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>

namespace troupe::config {

/// What the exception says that is being handled: for use inside of `catch (...)`.
inline std::string what_was_thrown() {
  try {
    throw;
  } catch (const std::exception& why) {
    return why.what();
  } catch (...) {
    return "threw something that is no std::exception";
  }
}

} // namespace troupe::config
