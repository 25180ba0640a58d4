// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/engine.hpp"

namespace troupe::cli {

/// Closes the engine and returns the code. Does not return, but ends the process with that code, if
/// there are calls that do not return.
int leave(engine& engine, int code);

} // namespace troupe::cli
