// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/result_cache.hpp"

#include <memory>
#include <string>

namespace troupe {

/// A cache in that SQLite file, which is made if it is not there; without a name, in memory. What
/// is wrong with the file is told when the cache is used.
std::shared_ptr<result_cache> open_cache(const std::string& file);

} // namespace troupe
