// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/flow.hpp"

#include <string>

namespace troupe::cli {

/// How the command is told to read documents.
struct document_options {
  std::string format; ///< empty: as their keys say
  std::string types;  ///< a file; empty: none
  bool stub_unknown = false;
};

/// The same for the library; why the file of types cannot be read, otherwise.
expected<reading_options, std::string> reading(const document_options& x);

/// The flow in a file. What is wrong with it has been told; then the code to exit with.
expected<flow, int> read_flow(const std::string& file, const document_options& x,
                              const registry& kinds);

} // namespace troupe::cli
