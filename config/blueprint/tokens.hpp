// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::config::blueprint {

/// What is wrong with a template or an expression, and with which piece of the text.
struct syntax_problem {
  std::string piece;
  std::string message;
  std::string hint = {};
  std::string code = {}; ///< empty: that of its kind of text
  size_t at = 0;         ///< from where on the piece is to be looked for in the text
};

/// A word of an expression, as Python would cut it.
struct token {
  enum class kind : uint8_t { name, number, text, sign, end };
  kind is = kind::end;
  std::string text = {};    ///< of a text: what it says
  std::string written = {}; ///< in the document
  size_t at = 0;            ///< where it begins
};

/// The last one is an end.
expected<std::vector<token>, syntax_problem> tokens_of(std::string_view text);

/// `.` of an object's member, in jq and in templates; `["…"]` if its name is no word.
std::string as_member(const std::string& name);

} // namespace troupe::config::blueprint
