// SPDX-License-Identifier: Apache-2.0
#include "config/chain/mentions.hpp"

#include <cctype>

namespace troupe::config {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

class renaming {
public:
  renaming(const std::string& text, const std::function<std::string(const std::string&)>& id_of)
    : text_{text}, id_of_{id_of} {}

  std::string run() {
    while (at_ < text_.size()) {
      if (text_.compare(at_, 3, "$${") == 0) {
        copy(3);
      } else if (text_.compare(at_, 2, "${") == 0) {
        copy(2);
        choice();
      } else if (text_[at_] == '$') {
        copy(1);
        name(false);
      } else {
        copy(1);
      }
    }
    return std::move(out_);
  }

private:
  void copy(size_t n) {
    out_ += text_.substr(at_, n);
    at_ += n;
  }

  /// Up to the `}`: `a.b ?? c[${d}]`.
  void choice() {
    auto begins = true;
    for (; at_ < text_.size() && text_[at_] != '}';) {
      if (text_.compare(at_, 2, "${") == 0) {
        copy(2);
        choice();
        begins = false;
      } else if (text_.compare(at_, 2, "??") == 0) {
        copy(2);
        begins = true;
      } else if (text_[at_] == '"') {
        quoted();
        begins = false;
      } else if (begins && is_word(text_[at_])) {
        name(true);
        begins = false;
      } else {
        copy(1);
      }
    }
    if (at_ < text_.size())
      copy(1);
  }

  void quoted() {
    copy(1);
    while (at_ < text_.size() && text_[at_] != '"')
      copy(text_[at_] == '\\' ? 2 : 1);
    if (at_ < text_.size())
      copy(1);
  }

  /// `with_hyphens`: templates have them in names, jq has not.
  std::string word(bool with_hyphens) {
    auto begin = at_;
    while (at_ < text_.size() && (is_word(text_[at_]) || (with_hyphens && text_[at_] == '-')))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void name(bool with_hyphens) {
    auto root = word(with_hyphens);
    if (root != "steps") {
      auto id = id_of_(root);
      out_ += id.empty() ? root : id;
      return;
    }
    out_ += root;
    if (at_ < text_.size() && text_[at_] == '.') {
      copy(1);
      auto step = word(with_hyphens);
      auto id = id_of_(step);
      out_ += id.empty() ? step : id;
    } else if (text_.compare(at_, 2, "[\"") == 0) {
      auto end = std::min(text_.find('"', at_ + 2), text_.size());
      auto step = text_.substr(at_ + 2, end - at_ - 2);
      auto id = id_of_(step);
      out_ += "[\"" + (id.empty() ? step : id);
      at_ = end;
    }
  }

  const std::string& text_;
  const std::function<std::string(const std::string&)>& id_of_;
  std::string out_;
  size_t at_ = 0;
};

} // namespace

std::string rename_mentions(const std::string& text,
                            const std::function<std::string(const std::string&)>& id_of) {
  return renaming{text, id_of}.run();
}

} // namespace troupe::config
