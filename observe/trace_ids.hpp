// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace troupe::observe {

/// 32 lower-case hex digits: those of a run id that is a UUID, else of a digest of it. Not all 0.
std::string trace_id_of(const std::string& run_id);

/// 16 lower-case hex digits: of a digest of the run id, the path, and how many spans with that path
/// came before.
std::string span_id_of(const std::string& run_id, const std::string& path, size_t earlier);

} // namespace troupe::observe
