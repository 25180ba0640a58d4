// SPDX-License-Identifier: Apache-2.0
#include "config/template/shell_template.hpp"

#include <algorithm>
#include <optional>

namespace troupe::plan {

namespace {

enum class quoting : uint8_t { bare, doubled, single, comment, backtick, arithmetic, heredoc };

/// Follows POSIX shell quoting through the literal parts of a command line.
/// Source: POSIX.1-2017, Shell Command Language, 2.2, 2.6 and 2.7.4.
class shell_scanner {
public:
  quoting now() const { return stack_.back(); }
  bool heredoc_is_quoted() const { return quoted_heredoc_; }

  void read(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      auto rest = text.substr(i);
      i += step(rest) - 1;
      last_ = text[i];
    }
  }

  /// A template stands here: the word goes on.
  void skip_template() { last_ = 'x'; }

private:
  /// Handles what begins here; how many bytes it was.
  size_t step(std::string_view rest) {
    auto c = rest[0];
    switch (now()) {
    case quoting::single:
      if (c == '\'')
        stack_.pop_back();
      return 1;
    case quoting::comment:
      if (c == '\n')
        stack_.pop_back();
      return c == '\n' ? end_of_line(rest) : 1;
    case quoting::heredoc:
      return heredoc_line(rest);
    case quoting::arithmetic:
      if (rest.starts_with("))")) {
        stack_.pop_back();
        return 2;
      }
      return 1;
    case quoting::doubled:
      if (c == '"') {
        stack_.pop_back();
        return 1;
      }
      return expansion(rest);
    case quoting::bare:
    case quoting::backtick:
      return bare(rest);
    }
    return 1;
  }

  /// What may also stand between double quotes.
  size_t expansion(std::string_view rest) {
    if (rest[0] == '\\')
      return std::min<size_t>(2, rest.size());
    if (rest.starts_with("$((")) {
      stack_.push_back(quoting::arithmetic);
      return 3;
    }
    if (rest.starts_with("$(")) {
      stack_.push_back(quoting::bare);
      return 2;
    }
    if (rest[0] == '`') {
      if (now() == quoting::backtick)
        stack_.pop_back();
      else
        stack_.push_back(quoting::backtick);
    }
    return 1;
  }

  size_t bare(std::string_view rest) {
    auto c = rest[0];
    auto at_word_start =
      last_ == 0 || std::string_view{" \t\n;&|("}.find(last_) != std::string_view::npos;
    if (c == '\'')
      stack_.push_back(quoting::single);
    else if (c == '"')
      stack_.push_back(quoting::doubled);
    else if (c == '#' && at_word_start)
      stack_.push_back(quoting::comment);
    else if (c == ')' && stack_.size() > 1 && now() == quoting::bare)
      stack_.pop_back();
    else if (c == '(')
      stack_.push_back(quoting::bare);
    else if (rest.starts_with("<<") && !rest.starts_with("<<<"))
      return note_heredoc(rest);
    else if (c == '\n')
      return end_of_line(rest);
    else
      return expansion(rest);
    return 1;
  }

  size_t note_heredoc(std::string_view rest) {
    size_t i = 2;
    strip_tabs_ = i < rest.size() && rest[i] == '-';
    i += strip_tabs_ ? 1 : 0;
    while (i < rest.size() && rest[i] == ' ')
      ++i;
    std::string word;
    auto quoted = false;
    for (; i < rest.size() &&
           std::string_view{" \t\n;&|<>()"}.find(rest[i]) == std::string_view::npos;
         ++i) {
      if (rest[i] == '\'' || rest[i] == '"' || rest[i] == '\\')
        quoted = true;
      else
        word += rest[i];
    }
    pending_ = word;
    quoted_heredoc_ = quoted;
    return i;
  }

  size_t end_of_line(std::string_view) {
    if (pending_)
      stack_.push_back(quoting::heredoc);
    return 1;
  }

  /// One whole line of the document, as far as this literal part goes.
  size_t heredoc_line(std::string_view rest) {
    auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    auto starts_line = last_ == '\n';
    if (strip_tabs_)
      line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    if (starts_line && line == *pending_) {
      stack_.pop_back();
      pending_.reset();
    }
    return end == rest.npos ? rest.size() : end + 1;
  }

  std::vector<quoting> stack_{quoting::bare};
  std::optional<std::string> pending_; // delimiter of the here-document that the next line begins
  bool quoted_heredoc_ = false;
  bool strip_tabs_ = false;
  char last_ = 0;
};

constexpr size_t longest_variable = 128 * 1024 - 64; // Linux: MAX_ARG_STRLEN, less the name

} // namespace

expected<shell_template, template_problem> to_shell(const text_template& x) {
  shell_template result;
  shell_scanner scanner;
  for (auto& part : x.parts) {
    if (auto text = std::get_if<std::string>(&part)) {
      scanner.read(*text);
      result.script += *text;
      continue;
    }
    auto& hole = std::get<choice>(part);
    auto name = "TROUPE_" + std::to_string(result.variables.size() + 1);
    auto inside = "${" + name + "}";
    switch (scanner.now()) {
    case quoting::bare:
    case quoting::backtick:
      result.script += "\"" + inside + "\"";
      break;
    case quoting::doubled:
    case quoting::comment:
      result.script += inside;
      break;
    case quoting::single:
      result.script += "'\"" + inside + "\"'";
      break;
    case quoting::heredoc:
      if (scanner.heredoc_is_quoted())
        return unexpected<template_problem>{{hole.text,
                                             "a here-document with a quoted delimiter takes no "
                                             "templates",
                                             "write the delimiter without quotes"}};
      result.script += inside;
      break;
    case quoting::arithmetic:
      return unexpected<template_problem>{{hole.text, "data in $((…)) could become code",
                                           "assign it to a variable first: x=" + hole.text}};
    }
    scanner.skip_template();
    result.variables.emplace_back(std::move(name), hole);
  }
  return result;
}

expected<value> resolve(const shell_template& x, const view& from) {
  std::vector<value::member> env;
  for (auto& [name, hole] : x.variables) {
    auto found = resolve(hole, from);
    if (!found)
      return found;
    auto text = found->as_text();
    if (text.find('\0') != text.npos)
      return failure(errc::invalid_input, hole.text + ": a command line takes no NUL byte");
    if (text.size() > longest_variable)
      return failure(errc::payload_too_large,
                     hole.text + ": " + std::to_string(text.size()) +
                       " bytes are too many for a command line (128 KiB); use `stdin`");
    env.emplace_back(name, nlohmann::json(std::move(text)));
  }
  return value::object(
    {{"script", nlohmann::json(x.script)}, {"env", value::object(std::move(env))}});
}

} // namespace troupe::plan
