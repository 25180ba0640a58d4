// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl.hpp"

#include <map>
#include <string>

namespace troupe::test {

/// The flows of docs/dsl.md, by the names of the functions that make them.
std::map<std::string, dsl::definition> flows_of_page();

} // namespace troupe::test
