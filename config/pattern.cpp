// SPDX-License-Identifier: Apache-2.0
#include "config/pattern.hpp"

#include <nlohmann/json.hpp>

#include <regex>
#include <vector>

namespace troupe::config {

namespace {

constexpr size_t longest = 256;
constexpr size_t deepest = 8;

/// Looks at groups and repetitions, and at nothing else.
class pattern_scanner {
public:
  explicit pattern_scanner(const std::string& text) : text_{text} {}

  std::string problem() {
    for (at_ = 0; at_ < text_.size(); ++at_)
      if (auto found = step(); !found.empty())
        return found;
    return {};
  }

private:
  std::string step() {
    auto c = text_[at_];
    if (c == '\\')
      ++at_;
    else if (in_class_)
      in_class_ = c != ']';
    else if (c == '[')
      in_class_ = true;
    else if (c == '(' && groups_.size() == deepest)
      return "has groups more than " + std::to_string(deepest) + " deep";
    else if (c == '(')
      groups_.push_back(false);
    else if (c == ')' && !groups_.empty())
      return end_group();
    else if (repeats_at(at_))
      note_repetition();
    return {};
  }

  std::string end_group() {
    auto repeats_inside = groups_.back();
    groups_.pop_back();
    if (repeats_inside && repeats_at(at_ + 1))
      return "repeats what repeats by itself, which may take for ever";
    if (repeats_inside)
      note_repetition();
    return {};
  }

  void note_repetition() {
    if (!groups_.empty())
      groups_.back() = true;
  }

  /// `*`, `+` or `{n,`.
  bool repeats_at(size_t at) const {
    if (at >= text_.size())
      return false;
    auto end = text_.find('}', at);
    return text_[at] == '*' || text_[at] == '+' ||
           (text_[at] == '{' && text_.substr(at, end - at).find(',') != text_.npos);
  }

  const std::string& text_;
  size_t at_ = 0;
  bool in_class_ = false;
  std::vector<bool> groups_; // those that are open, and whether something in them repeats
};

} // namespace

std::string problem_of_pattern(const std::string& text) {
  auto refuse = [&](const std::string& why) {
    auto shown = text.size() > 60 ? text.substr(0, 60) + "…" : text;
    using handler = nlohmann::json::error_handler_t;
    return "the pattern " + nlohmann::json(shown).dump(-1, ' ', false, handler::replace) + " " +
           why;
  };
  if (text.size() > longest)
    return refuse("has more than " + std::to_string(longest) + " bytes");
  if (auto problem = pattern_scanner{text}.problem(); !problem.empty())
    return refuse(problem);
  try {
    std::regex{text};
    return {};
  } catch (const std::regex_error&) {
    return refuse("is no regular expression (ECMAScript)");
  }
}

} // namespace troupe::config
