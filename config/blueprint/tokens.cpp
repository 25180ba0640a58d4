// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/tokens.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <optional>

namespace troupe::config::blueprint {

namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_name(char c) { return begins_name(c) || is_digit(c); }

class cutter {
public:
  explicit cutter(std::string_view text) : text_{text} {}

  expected<std::vector<token>, syntax_problem> run() {
    std::vector<token> all;
    for (;;) {
      while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])))
        ++at_;
      begin_ = at_;
      auto next = read();
      if (problem_)
        return unexpected{std::move(*problem_)};
      next.written = text_.substr(begin_, at_ - begin_);
      next.at = begin_;
      all.push_back(std::move(next));
      if (all.back().is == token::kind::end)
        return all;
    }
  }

private:
  token read() {
    if (at_ == text_.size())
      return {};
    auto c = text_[at_];
    auto after_point = c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    if (begins_name(c))
      return name();
    if (is_digit(c) || (after_point && !follows_value()))
      return number();
    if (c == '"' || c == '\'')
      return quoted(c);
    return sign();
  }

  /// In `a.0` the point leads on; in `> .5` it begins a number.
  bool follows_value() const {
    return begin_ > 0 && (in_name(text_[begin_ - 1]) || text_[begin_ - 1] == ']');
  }

  /// Steps may have hyphens in their names; nothing is subtracted here.
  token name() {
    auto joins = [this] {
      return text_[at_] == '-' && at_ + 1 < text_.size() && in_name(text_[at_ + 1]);
    };
    while (at_ < text_.size() && (in_name(text_[at_]) || joins()))
      ++at_;
    return {token::kind::name, std::string{text_.substr(begin_, at_ - begin_)}};
  }

  token number() {
    auto is_exponent = [this] { return text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E'; };
    while (at_ < text_.size() && (in_name(text_[at_]) || text_[at_] == '.' ||
                                  (at_ > begin_ && text_[at_] == '-' && is_exponent())))
      ++at_;
    auto written = std::string{text_.substr(begin_, at_ - begin_)};
    auto read = nlohmann::json::parse((written[0] == '.' ? "0" : "") + written, nullptr, false);
    if (!read.is_number())
      refuse(written, "\"" + written + "\" is no number");
    return {token::kind::number, read.is_number() ? read.dump() : written};
  }

  token quoted(char quote) {
    token x{token::kind::text};
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      auto escapes = text_[at_] == '\\' && at_ + 1 < text_.size();
      x.text += escapes ? escaped(text_[++at_]) : std::string(1, text_[at_]);
    }
    if (at_ == text_.size())
      refuse(std::string{text_.substr(begin_)}, "a text does not end");
    else
      ++at_;
    return x;
  }

  static std::string escaped(char c) {
    if (c == 'n')
      return "\n";
    if (c == 't')
      return "\t";
    auto stands_for_itself = c == '\\' || c == '"' || c == '\'';
    return (stands_for_itself ? "" : "\\") + std::string(1, c);
  }

  token sign() {
    constexpr std::string_view two[] = {"==", "!=", "<=", ">="};
    auto pair = text_.substr(at_, 2);
    auto size = std::find(std::begin(two), std::end(two), pair) != std::end(two) ? 2 : 1;
    token x{token::kind::sign, std::string{text_.substr(at_, static_cast<size_t>(size))}};
    at_ += static_cast<size_t>(size);
    return x;
  }

  void refuse(std::string piece, std::string message) {
    problem_ = {.piece = std::move(piece), .message = std::move(message), .at = begin_};
  }

  std::string_view text_;
  size_t at_ = 0, begin_ = 0;
  std::optional<syntax_problem> problem_;
};

} // namespace

expected<std::vector<token>, syntax_problem> tokens_of(std::string_view text) {
  return cutter{text}.run();
}

std::string as_member(const std::string& name) {
  auto is_word =
    !name.empty() && begins_name(name[0]) && std::all_of(name.begin(), name.end(), in_name);
  return is_word ? "." + name : "[" + nlohmann::json(name).dump() + "]";
}

} // namespace troupe::config::blueprint
