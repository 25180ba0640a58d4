// SPDX-License-Identifier: Apache-2.0
#include "troupe/diagnostic.hpp"

#include <algorithm>
#include <vector>

namespace troupe {

namespace {

constexpr size_t gutter = 5;

std::string position(const diagnostic& x) {
  auto text = x.file;
  if (x.line > 0)
    text += ":" + std::to_string(x.line) + ":" + std::to_string(x.column);
  return text;
}

/// A part of a line, and the columns in it that are meant, from 1.
struct excerpt {
  std::string text;
  size_t column, length;
};

/// Where each character begins, and where the last one ends.
std::vector<size_t> places_of_characters(const std::string& line) {
  std::vector<size_t> all;
  for (size_t i = 0; i < line.size(); ++i)
    if ((static_cast<unsigned char>(line[i]) & 0xC0) != 0x80)
      all.push_back(i);
  all.push_back(line.size());
  return all;
}

/// The line with tabs as one space each, so that the caret stands below what it means; of a line
/// that is too long to be read what is around that place.
excerpt excerpt_of(const diagnostic& x) {
  constexpr size_t longest = 160, before = 60;
  auto line = x.source_line;
  std::replace(line.begin(), line.end(), '\t', ' ');
  std::erase(line, '\r');
  auto places = places_of_characters(line);
  auto count = places.size() - 1;
  if (count <= longest)
    return {std::move(line), x.column, x.length};
  auto begin = std::min(x.column > before ? x.column - before : 0, count - longest);
  auto end = std::min(count, begin + longest);
  auto text = line.substr(places[begin], places[end] - places[begin]);
  auto seen = end > x.column ? end + 1 - x.column : 1; // it may be behind the last one
  return {(begin > 0 ? "…" : "") + text + (end < count ? "…" : ""),
          x.column - begin + (begin > 0 ? 1 : 0), std::min(x.length, seen)};
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
    auto [line, column, length] = excerpt_of(x);
    text +=
      std::string(gutter - std::min(gutter, number.size()), ' ') + number + " | " + line + "\n";
    text += std::string(gutter, ' ') + " | " + std::string(column - 1, ' ') + "^" +
            std::string(length - 1, '~') + (x.hint.empty() ? "" : " " + x.hint) + "\n";
  } else if (!x.hint.empty()) {
    text += "   " + x.hint + "\n";
  }
  if (!x.pointer.empty())
    text += "   at " + abridged(x.pointer) +
            (x.code == "unknown_kind" ? "     see: troupe steps" : "") + "\n";
  return text;
}

} // namespace troupe
