// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/native/reading.hpp"
#include "troupe/flow.hpp"

#include <memory>
#include <string>

namespace troupe::config {

/// All documents that a plan was read from, as one text: for a worker, which has none of the files.
std::string bundle_of(reading& all);

/// The same plan again, with the same numbers and paths. Steps of kinds that are not there are
/// stubs: a worker needs only those of the branches that it runs.
expected<std::shared_ptr<const plan::flow>, diagnostics> plan_from_bundle(const std::string& text,
                                                                          const registry& kinds);

} // namespace troupe::config
