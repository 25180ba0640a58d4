// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"

#include <string>

namespace troupe::cli {

/// One page from which a language model can write flows: grammar, kinds, three examples.
std::string page_for_models(const registry& kinds);

} // namespace troupe::cli
