// SPDX-License-Identifier: Apache-2.0
#include "config/template/shell_scanner.hpp"

#include <algorithm>

namespace troupe::plan {

namespace {

constexpr std::string_view by_env = "give it to the command as a variable, under `env`";
constexpr std::string_view separators = " \t\n;&|(";

bool ends_word(std::string_view text, size_t at) {
  return at >= text.size() || separators.find(text[at]) != separators.npos;
}

} // namespace

void shell_scanner::read(std::string_view text) {
  escapes_next_ = false;
  for (size_t i = 0; i < text.size(); ++i) {
    i += step(text.substr(i)) - 1;
    last_ = text[i];
  }
}

std::optional<doubt> shell_scanner::doubts() const {
  if (lost_)
    return lost_;
  if (escapes_next_)
    return doubt{"a backslash before a template would escape what quotes its data",
                 "for a literal `${` write `$${`"};
  if (now() == quoting::heredoc && heredocs_.front().is_quoted)
    return doubt{"a here-document with a quoted delimiter takes no templates",
                 "write the delimiter without quotes"};
  if (now() == quoting::heredoc && heredoc_has_code_)
    return doubt{"behind a command in a here-document, data may be split into words", by_env};
  if (now() == quoting::arithmetic)
    return doubt{"data in $((…)) could become code", "assign it to a variable first"};
  return {};
}

/// Handles what begins here; how many bytes it was.
size_t shell_scanner::step(std::string_view rest) {
  auto c = rest[0];
  switch (now()) {
  case quoting::single:
    if (c == '\'')
      stack_.pop_back();
    return 1;
  case quoting::comment:
    if (c == '\n')
      stack_.pop_back();
    return c == '\n' ? end_of_line() : 1;
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
size_t shell_scanner::expansion(std::string_view rest) {
  if (rest[0] == '\\') {
    escapes_next_ = rest.size() == 1;
    return std::min<size_t>(2, rest.size());
  }
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

size_t shell_scanner::bare(std::string_view rest) {
  auto c = rest[0];
  auto at_word_start = last_ == 0 || separators.find(last_) != separators.npos;
  if (rest.starts_with("$'"))
    lost_ = doubt{"shells differ in what they take $'…' for", by_env};
  // A pattern of `case` ends with a bracket that closes nothing.
  else if (at_word_start && rest.starts_with("case") && ends_word(rest, 4) && is_inside_quotes())
    lost_ =
      doubt{"behind a `case` inside of \"$(…)\" it is not clear where the quotes end", by_env};

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
    return end_of_line();
  else
    return expansion(rest);
  return 1;
}

size_t shell_scanner::note_heredoc(std::string_view rest) {
  heredoc x;
  size_t i = 2;
  x.strips_tabs = i < rest.size() && rest[i] == '-';
  i += x.strips_tabs ? 1 : 0;
  while (i < rest.size() && rest[i] == ' ')
    ++i;
  for (; i < rest.size() && std::string_view{" \t\n;&|<>()"}.find(rest[i]) == rest.npos; ++i) {
    if (rest[i] == '\'' || rest[i] == '"' || rest[i] == '\\')
      x.is_quoted = true;
    else
      x.delimiter += rest[i];
  }
  heredocs_.push_back(std::move(x));
  return i;
}

size_t shell_scanner::end_of_line() {
  if (!heredocs_.empty())
    stack_.push_back(quoting::heredoc);
  return 1;
}

/// One whole line of the document, as far as this literal part goes.
size_t shell_scanner::heredoc_line(std::string_view rest) {
  auto& here = heredocs_.front();
  auto end = rest.find('\n');
  auto line = rest.substr(0, end);
  if (!here.is_quoted) {
    heredoc_has_code_ =
      heredoc_has_code_ || line.find("$(") != line.npos || line.find('`') != line.npos;
    auto behind_backslashes = line.find_last_not_of('\\') + 1; // npos + 1 is 0
    escapes_next_ = end == rest.npos && (line.size() - behind_backslashes) % 2 == 1;
  }
  if (here.strips_tabs)
    line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
  if (last_ == '\n' && line == here.delimiter) {
    heredocs_.pop_front();
    heredoc_has_code_ = false;
    if (heredocs_.empty())
      stack_.pop_back();
  }
  return end == rest.npos ? rest.size() : end + 1;
}

bool shell_scanner::is_inside_quotes() const {
  return std::any_of(stack_.begin(), stack_.end(),
                     [](auto x) { return x == quoting::doubled || x == quoting::arithmetic; });
}

} // namespace troupe::plan
