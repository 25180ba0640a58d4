// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl.hpp"

#include <map>
#include <string>

namespace troupe::test {

/// By the name of the document that says the same.
using flows_by_document = std::map<std::string, dsl::definition>;

flows_by_document flows_of_examples();
flows_by_document flows_of_native_documents();

} // namespace troupe::test
