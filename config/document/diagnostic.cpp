// SPDX-License-Identifier: Apache-2.0
#include "troupe/diagnostic.hpp"

#include <algorithm>

namespace troupe {

namespace {

constexpr size_t gutter = 5;

std::string position(const diagnostic& x) {
  auto text = x.file;
  if (x.line > 0)
    text += ":" + std::to_string(x.line) + ":" + std::to_string(x.column);
  return text;
}

/// The line with tabs as one space each, so that the caret stands below what it means.
std::string shown(std::string line) {
  std::replace(line.begin(), line.end(), '\t', ' ');
  std::erase(line, '\r');
  return line;
}

/// What is nested hundreds of levels deep is found by its line, not by its pointer.
std::string abridged(const std::string& pointer) {
  constexpr size_t longest = 200, kept = 60;
  if (pointer.size() <= longest)
    return pointer;
  return pointer.substr(0, pointer.find('/', kept)) + "/…" +
         pointer.substr(pointer.rfind('/', pointer.size() - kept));
}

} // namespace

std::string to_string(const diagnostic& x) {
  auto level = x.severity == severity::error ? "error" : "warning";
  auto text = position(x) + ": " + level + "[" + x.code + "]: " + x.message + "\n";
  auto has_source = x.line > 0 && !x.source_line.empty();
  if (has_source) {
    auto number = std::to_string(x.line);
    text += std::string(gutter - std::min(gutter, number.size()), ' ') + number + " | " +
            shown(x.source_line) + "\n";
    text += std::string(gutter, ' ') + " | " + std::string(x.column - 1, ' ') + "^" +
            std::string(x.length - 1, '~') + (x.hint.empty() ? "" : " " + x.hint) + "\n";
  } else if (!x.hint.empty()) {
    text += "   " + x.hint + "\n";
  }
  if (!x.pointer.empty())
    text += "   at " + abridged(x.pointer) +
            (x.code == "unknown_kind" ? "     see: troupe steps" : "") + "\n";
  return text;
}

} // namespace troupe
