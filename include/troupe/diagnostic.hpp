// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe {

enum class severity : uint8_t { error, warning };

/// One problem of a document, and where it is.
struct diagnostic {
  troupe::severity severity = severity::error;
  std::string code;         ///< stable, such as `unknown_kind`
  std::string message;      ///< what was wanted, what was found
  std::string hint = {};    ///< what to do about it; may be empty
  std::string file = {};    ///< as it was named by the caller
  std::string pointer = {}; ///< JSON pointer (RFC 6901) into the document
  size_t line = 0;          ///< from 1; 0: the document as a whole
  size_t column = 0;        ///< from 1, in code points
  size_t length = 1;        ///< of what is wrong, in code points; stays on the line
  std::string source_line = {};

  friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

/// For people: position, severity, code, message, the source line, a caret, the hint, the pointer.
/// Ends with a newline.
TROUPE_EXPORT std::string to_string(const diagnostic& x);

} // namespace troupe
