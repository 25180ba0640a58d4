// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that a user of the library needs.

#include "troupe/cluster.hpp" // IWYU pragma: export
#include "troupe/dsl.hpp"     // IWYU pragma: export
#include "troupe/engine.hpp"  // IWYU pragma: export
#include "troupe/flow.hpp"    // IWYU pragma: export
#include "troupe/run.hpp"     // IWYU pragma: export
#include "troupe/step.hpp"    // IWYU pragma: export
#include "troupe/version.hpp" // IWYU pragma: export
