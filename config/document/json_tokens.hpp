// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/document.hpp"

#include <string_view>

namespace troupe::config {

/// The tokens of a text that is JSON as far as they are asked for; commas and colons are passed
/// over.
class json_tokens {
public:
  explicit json_tokens(std::string_view text) : text_{text} {}

  span next() {
    auto begin = at_;
    while (begin < text_.size() && is_between(text_[begin]))
      ++begin;
    if (begin >= text_.size())
      return {text_.size(), 0};
    at_ = begin + 1;
    if (text_[begin] == '"') {
      while (at_ < text_.size() && text_[at_] != '"')
        at_ += text_[at_] == '\\' ? 2 : 1;
      ++at_;
    } else if (!is_bracket(text_[begin])) {
      while (at_ < text_.size() && !is_between(text_[at_]) && !is_bracket(text_[at_]))
        ++at_;
    }
    return {begin, at_ - begin};
  }

private:
  static bool is_between(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ':';
  }
  static bool is_bracket(char c) { return c == '{' || c == '}' || c == '[' || c == ']'; }

  std::string_view text_;
  size_t at_ = 0; // behind the last token
};

} // namespace troupe::config
