// SPDX-License-Identifier: Apache-2.0
#include "config/template/text_template.hpp"

#include "troupe/encoding.hpp"

#include <cctype>
#include <optional>

namespace troupe::plan {

namespace {

constexpr size_t deepest_subscript = 16;
constexpr size_t longest_text = size_t{256} << 20;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; }

/// Reads what stands between `${` and `}`.
class parser {
public:
  explicit parser(std::string_view text) : text_{text} {}

  /// Reads from behind `${` to behind `}`.
  expected<alternatives, template_problem> read_choice(size_t& at) {
    at_ = at;
    begin_ = at - 2;
    alternatives result;
    for (;;) {
      skip_space();
      auto operand = read_operand();
      if (!operand)
        return unexpected{operand.error()};
      result.operands.push_back(std::move(*operand));
      skip_space();
      if (peek() == '}' || peek() == '|')
        break;
      if (!eat("??"))
        return problem("wanted `}` or `??`, got " + found());
    }
    while (!eat("}")) {
      auto filter = read_filter();
      if (!filter)
        return unexpected{filter.error()};
      result.filters.push_back(std::move(*filter));
    }
    result.text = text_.substr(begin_, at_ - begin_);
    at = at_;
    return result;
  }

private:
  using operand = std::variant<value, reference>;

  expected<operand, template_problem> read_operand() {
    if (peek() == '"' || peek() == '-' || std::isdigit(static_cast<unsigned char>(peek())))
      return read_literal();
    auto path = read_path();
    if (!path)
      return unexpected{path.error()};
    if (path->way.empty() && (path->root == "true" || path->root == "false"))
      return operand{value{path->root == "true"}};
    if (path->way.empty() && path->root == "null")
      return operand{value{}};
    return operand{std::move(*path)};
  }

  /// From `|` to before the next `|` or `}`.
  expected<filter, template_problem> read_filter() {
    if (!eat("|"))
      return problem("wanted `}` or `|`, got " + found());
    skip_space();
    auto name = read_word();
    auto kind = filter_from(name);
    if (!kind)
      return problem(name.empty() ? "wanted a filter after `|`, got " + found()
                                  : "there is no filter \"" + name + "\"",
                     "there are join(\", \"), upper, lower, length and tojson");
    filter x{*kind};
    if (x.what == filter::kind::join) {
      auto separator = read_separator();
      if (!separator)
        return unexpected{separator.error()};
      x.separator = std::move(*separator);
    }
    skip_space();
    return x;
  }

  expected<std::string, template_problem> read_separator() {
    auto has_begin = eat("(");
    skip_space();
    if (!has_begin || peek() != '"')
      return problem("`join` needs what to put between the items", "write join(\", \")");
    auto text = read_string();
    skip_space();
    if (text && !eat(")"))
      return problem("wanted `)`, got " + found());
    return text;
  }

  expected<operand, template_problem> read_literal() {
    auto begin = at_;
    if (peek() == '"') {
      auto text = read_string();
      if (!text)
        return unexpected{text.error()};
      return operand{value{nlohmann::json(*text)}};
    }
    while (at_ < text_.size() && (is_word(peek()) || peek() == '.' || peek() == '+'))
      ++at_;
    auto number = nlohmann::json::parse(text_.substr(begin, at_ - begin), nullptr, false);
    if (!number.is_number())
      return problem("\"" + std::string{text_.substr(begin, at_ - begin)} + "\" is no number");
    return operand{value{std::move(number)}};
  }

  expected<std::string, template_problem> read_string() {
    auto begin = at_++;
    while (at_ < text_.size() && peek() != '"')
      at_ += peek() == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    auto text = nlohmann::json::parse(text_.substr(begin, at_ - begin), nullptr, false);
    if (!text.is_string())
      return problem("a string does not end");
    return text.get<std::string>();
  }

  expected<reference, template_problem> read_path() {
    auto begin = at_;
    reference x;
    x.root = read_word();
    if (x.root.empty())
      return problem("wanted a name, got " + found());
    for (;;) {
      if (eat(".")) {
        auto name = read_word();
        if (name.empty())
          return problem("wanted a name after `.`, got " + found());
        x.way.emplace_back(std::move(name));
      } else if (eat("[")) {
        auto inner = read_subscript();
        if (!inner)
          return unexpected{inner.error()};
        x.way.push_back(std::move(*inner));
        if (!eat("]"))
          return problem("wanted `]`, got " + found());
      } else {
        break;
      }
    }
    x.text = text_.substr(begin, at_ - begin);
    x.at = begin;
    return x;
  }

  expected<segment, template_problem> read_subscript() {
    if (peek() == '"') {
      auto name = read_string();
      if (!name)
        return unexpected{name.error()};
      return segment{std::move(*name)};
    }
    if (eat("${")) {
      skip_space();
      if (++depth_ > deepest_subscript)
        return problem("more than 16 templates stand in each other's [ ]");
      auto path = read_path();
      --depth_;
      if (!path)
        return unexpected{path.error()};
      skip_space();
      if (!eat("}"))
        return problem("wanted `}`, got " + found());
      return segment{std::make_shared<reference>(std::move(*path))};
    }
    auto word = read_word();
    constexpr size_t most_digits = 9;
    auto digits = !word.empty() && word.find_first_not_of("0123456789") == word.npos;
    if (!digits || word.size() > most_digits)
      return problem("wanted a place from 0 or a \"name\" in [ ], got " +
                     (word.empty() ? found() : "`" + word + "`"));
    return segment{static_cast<size_t>(std::stoul(word))};
  }

  std::string read_word() {
    auto begin = at_;
    while (at_ < text_.size() && is_word(peek()))
      ++at_;
    return std::string{text_.substr(begin, at_ - begin)};
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool eat(std::string_view wanted) {
    if (text_.substr(std::min(at_, text_.size()), wanted.size()) != wanted)
      return false;
    at_ += wanted.size();
    return true;
  }

  void skip_space() {
    while (peek() == ' ')
      ++at_;
  }

  std::string found() const {
    return at_ < text_.size() ? "`" + std::string(1, peek()) + "`" : "the end of the text";
  }

  unexpected<template_problem> problem(
    std::string message,
    std::string hint = "a template is ${name.field[0]}; for a literal `${` write `$${`") const {
    auto end = std::min(at_ + 1, text_.size());
    return unexpected<template_problem>{{std::string{text_.substr(begin_, end - begin_)},
                                         std::move(message), std::move(hint), begin_}};
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t begin_ = 0;
  size_t depth_ = 0; // of templates in [ ]
};

void each_in(reference& x, bool optional, const std::function<void(reference&, bool)>& visit) {
  visit(x, optional);
  for (auto& step : x.way)
    if (auto inner = std::get_if<std::shared_ptr<reference>>(&step))
      each_in(**inner, optional, visit);
}

} // namespace

bool text_template::is_literal() const {
  return parts.empty() || (parts.size() == 1 && std::holds_alternative<std::string>(parts[0]));
}

std::string text_template::literal() const {
  return parts.empty() ? std::string{} : std::get<std::string>(parts[0]);
}

expected<text_template, template_problem> parse_template(std::string_view text) {
  text_template result;
  std::string plain;
  for (size_t at = 0; at < text.size();) {
    if (text.substr(at, 3) == "$${") {
      plain += "${";
      at += 3;
    } else if (text.substr(at, 2) == "${") {
      at += 2;
      auto read = parser{text}.read_choice(at);
      if (!read)
        return unexpected{read.error()};
      if (!plain.empty())
        result.parts.emplace_back(std::exchange(plain, {}));
      result.parts.emplace_back(std::move(*read));
    } else {
      plain += text[at++];
    }
  }
  if (!plain.empty())
    result.parts.emplace_back(std::move(plain));
  return result;
}

namespace {

/// A default that is a template as text stands in documents that leave unfilled ones as they are.
void note_unfilled(const value& chosen, const view& from) {
  if (from.unfilled && chosen.is_string() && chosen.text().starts_with("${"))
    from.unfilled->push_back(chosen.text() + " gives nothing: it stays as it is");
}

} // namespace

expected<value> resolve(const alternatives& x, const view& from) {
  expected<value> found;
  for (auto& operand : x.operands) {
    auto is_last = &operand == &x.operands.back();
    auto literal = std::get_if<value>(&operand);
    found = literal ? expected<value>{*literal} : resolve(std::get<reference>(operand), from);
    if (literal && is_last && x.operands.size() > 1)
      note_unfilled(*literal, from);
    if (is_last || (found && !found->is_null()))
      break;
  }
  for (auto& filter : x.filters) {
    found = found.and_then([&](const value& to) { return apply(filter, to); });
    if (!found && found.error().code == errc::invalid_input)
      return failure(errc::invalid_input, x.text + ": " + found.error().message);
  }
  return found;
}

expected<value> resolve(const text_template& x, const view& from) {
  if (x.is_literal())
    return value{nlohmann::json(x.literal())};
  if (x.parts.size() == 1)
    return resolve(std::get<alternatives>(x.parts[0]), from);
  std::string text;
  for (auto& part : x.parts) {
    if (auto plain = std::get_if<std::string>(&part)) {
      text += *plain;
      continue;
    }
    auto found = resolve(std::get<alternatives>(part), from);
    if (!found)
      return found;
    auto is_data = x.is_url && &part != &x.parts.front();
    text += is_data ? percent_encoded(found->as_text()) : found->as_text();
    if (text.size() > longest_text)
      return failure(errc::payload_too_large, "a template gives more than 256 MiB of text");
  }
  return value{nlohmann::json(std::move(text))};
}

void each_reference(text_template& x, const std::function<void(reference&, bool)>& visit) {
  for (auto& part : x.parts)
    if (auto several = std::get_if<alternatives>(&part))
      for (auto& operand : several->operands)
        if (auto one = std::get_if<reference>(&operand))
          each_in(*one, several->operands.size() > 1 && &operand != &several->operands.back(),
                  visit);
}

} // namespace troupe::plan
