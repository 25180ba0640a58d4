// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::plan {

/// What a piece of a command line stands in.
enum class quoting : uint8_t { bare, doubled, single, comment, backtick, arithmetic, heredoc };

/// Why nobody can say what a template would mean somewhere, and what to do instead.
struct doubt {
  std::string_view message;
  std::string_view hint;
};

/// Follows the quoting of a shell command line through its literal parts.
/// Source: POSIX.1-2017, Shell Command Language, 2.2, 2.6 and 2.7.4.
class shell_scanner {
public:
  void read(std::string_view text);
  /// A template stands here: the word goes on.
  void skip_template() { last_ = 'x'; }

  quoting now() const { return stack_.back(); }
  /// Nothing if it is clear what a template right here would mean.
  std::optional<doubt> doubts() const;

private:
  struct heredoc {
    std::string delimiter;
    bool is_quoted = false;
    bool strips_tabs = false;
  };

  size_t step(std::string_view rest);
  size_t expansion(std::string_view rest);
  size_t bare(std::string_view rest);
  size_t note_heredoc(std::string_view rest);
  size_t end_of_line();
  size_t heredoc_line(std::string_view rest);
  bool is_inside_quotes() const;

  std::vector<quoting> stack_{quoting::bare};
  std::deque<heredoc> heredocs_;  // the first is the one inside of which it is, or comes next
  bool heredoc_has_code_ = false; // a command substitution in the one where it is
  bool escapes_next_ = false;     // the part ends with a backslash that counts
  std::optional<doubt> lost_;     // set once it has lost its way
  char last_ = 0;
};

} // namespace troupe::plan
