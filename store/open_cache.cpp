// SPDX-License-Identifier: Apache-2.0
#include "store/open_cache.hpp"

#include "store/memory_cache.hpp"
#include "store/sqlite_cache.hpp"

namespace troupe {

std::shared_ptr<result_cache> open_cache(const std::string& file) {
  constexpr size_t most_bytes = size_t{64} << 20;
  if (file.empty())
    return std::make_shared<memory_cache>(most_bytes);
  return std::make_shared<sqlite_cache>(file);
}

} // namespace troupe
