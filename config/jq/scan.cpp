// SPDX-License-Identifier: Apache-2.0
#include "config/jq/scan.hpp"

#include <array>
#include <cctype>

namespace troupe::config {

namespace {

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

class scanner {
public:
  explicit scanner(std::string_view text) : text_{text} {}

  jq_mentions run() {
    program(false);
    return std::move(found_);
  }

private:
  /// Up to the end, or to the `)` that ends an interpolation.
  void program(bool interpolated) {
    size_t open = 0;
    while (at_ < text_.size()) {
      auto c = text_[at_];
      if (c == '"') {
        ++at_;
        string();
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '$') {
        ++at_;
        found_.variables.insert(name());
      } else if (c == '.' && at_ + 1 < text_.size() && starts_name(text_[at_ + 1])) {
        ++at_;
        name();
      } else if (c == '@') {
        ++at_;
        name();
      } else if (starts_name(c)) {
        auto word = name();
        if (!is_key())
          found_.names.insert(std::move(word));
      } else {
        ++at_;
        if (c == '(')
          ++open;
        if (c == ')' && open-- == 0 && interpolated)
          return;
      }
    }
  }

  void string() {
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_.substr(at_, 2) == "\\(") {
        at_ += 2;
        program(true);
      } else {
        at_ += text_[at_] == '\\' ? 2 : 1;
      }
    }
    ++at_;
  }

  std::string name() {
    auto begin = at_;
    while (at_ < text_.size() && in_name(text_[at_]))
      ++at_;
    return std::string{text_.substr(begin, at_ - begin)};
  }

  bool is_key() const {
    auto next = text_.find_first_not_of(" \t\r\n", at_);
    return next != text_.npos && text_[next] == ':' && text_.substr(next, 2) != "::";
  }

  std::string_view text_;
  size_t at_ = 0;
  jq_mentions found_;
};

} // namespace

jq_mentions scan_jq(std::string_view program) { return scanner{program}.run(); }

std::string forbidden_in(const jq_mentions& x) {
  constexpr std::array<const char*, 12> outside{
    "import", "include", "env",        "input",          "inputs",     "debug",
    "stderr", "halt",    "halt_error", "input_filename", "modulemeta", "get_search_list"};
  for (auto name : outside)
    if (x.names.contains(name))
      return name;
  for (auto& name : x.variables)
    if (name == "ENV" || name.starts_with("__")) // the latter are ours
      return "$" + name;
  return {};
}

} // namespace troupe::config
