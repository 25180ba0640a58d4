// SPDX-License-Identifier: Apache-2.0
#include "config/chain/mentions.hpp"

#include <cctype>

namespace troupe::config {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The names of steps that are variables of a jq program: `$draft`, `$steps.draft`,
/// `$steps["draft"]`.
class program {
public:
  program(const std::string& text, const plan::id_fn& id_of) : text_{text}, id_of_{id_of} {}

  std::string renamed() {
    while (at_ < text_.size()) {
      auto is_variable = text_[at_] == '$';
      copy(1);
      if (is_variable)
        variable();
    }
    return std::move(out_);
  }

private:
  void copy(size_t n) {
    out_ += text_.substr(at_, n);
    at_ += n;
  }

  void variable() {
    if (text_.compare(at_, 6, "steps.") == 0) {
      copy(6);
      name(word());
    } else if (text_.compare(at_, 7, "steps[\"") == 0) {
      copy(7);
      name(text_.substr(at_, std::min(text_.find('"', at_), text_.size()) - at_));
    } else {
      name(word());
    }
  }

  void name(const std::string& written) {
    at_ += written.size();
    auto id = id_of_(written);
    out_ += id.empty() ? written : id;
  }

  std::string word() const {
    auto end = at_;
    while (end < text_.size() && is_word(text_[end]))
      ++end;
    return text_.substr(at_, end - at_);
  }

  const std::string& text_;
  const plan::id_fn& id_of_;
  std::string out_;
  size_t at_ = 0;
};

} // namespace

std::string rename_mentions(const std::string& text, const plan::id_fn& id_of) {
  if (text.find("${") == text.npos)
    return program{text, id_of}.renamed();
  return plan::with_other_steps(text, id_of);
}

} // namespace troupe::config
