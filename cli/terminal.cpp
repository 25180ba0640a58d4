// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace troupe::cli {

namespace {

constexpr size_t fewest_columns = 20, most_columns = 10'000;

size_t columns_of(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  auto text = std::getenv("COLUMNS");
  auto columns = text ? std::strtoul(text, nullptr, 10) : 0;
  return columns > 0 ? columns : ::isatty(fd) == 1 ? 80 : most_columns;
}

/// The bytes of the character or the escape sequence at `at`, and how many columns it takes.
std::pair<size_t, size_t> next_piece(const std::string& text, size_t at) {
  if (text[at] == '\x1b') {
    auto end = text.find('m', at);
    return {end == text.npos ? text.size() - at : end + 1 - at, 0};
  }
  auto first = static_cast<unsigned char>(text[at]);
  size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t point = bytes == 1 ? first : first & (0xFFu >> (bytes + 1));
  for (size_t i = 1; i < bytes && at + i < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  // East Asian wide characters and emoji. Source: Unicode 15, EastAsianWidth.txt, by blocks.
  auto is_wide = (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
                 (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
                 (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
                 (point >= 0x1F300 && point <= 0x1FAFF) || (point >= 0x20000 && point <= 0x3FFFD);
  auto is_mark = (point >= 0x0300 && point <= 0x036F) || point == 0x200D || point == 0xFE0F;
  return {bytes, point < 0x20 || is_mark ? 0u : is_wide ? 2u : 1u};
}

} // namespace

terminal terminal_of(int fd) {
  terminal x;
  x.is_terminal = ::isatty(fd) == 1;
  auto no_color = std::getenv("NO_COLOR");
  auto kind = std::getenv("TERM");
  x.has_motion = x.is_terminal && kind && *kind && std::string{kind} != "dumb";
  x.has_colors = x.has_motion && !(no_color && *no_color);
  x.columns = std::min(std::max(columns_of(fd), fewest_columns), most_columns);
  return x;
}

std::string harmless(std::string text) {
  for (size_t at = 0; at < text.size(); ++at) {
    auto c = static_cast<unsigned char>(text[at]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
      text[at] = ' ';
    else if (c == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0)
      text.replace(at, 2, " "); // U+0080 to U+009F
  }
  return text;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return harmless(std::move(text));
}

size_t width_of(const std::string& text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    auto [bytes, columns] = next_piece(text, at);
    width += columns;
    at += bytes;
  }
  return width;
}

std::string cut(const std::string& text, size_t columns) {
  if (width_of(text) <= columns)
    return text;
  std::string out;
  auto has_color = false;
  for (size_t at = 0, width = 0; at < text.size();) {
    auto [bytes, more] = next_piece(text, at);
    if (width + more + 1 > columns)
      break;
    has_color = has_color || text[at] == '\x1b';
    out += text.substr(at, bytes);
    width += more;
    at += bytes;
  }
  return out + "…" + (has_color ? "\x1b[0m" : "");
}

std::string colored(const terminal& x, color how, const std::string& text) {
  if (!x.has_colors || text.empty())
    return text;
  return "\x1b[" + std::to_string(static_cast<int>(how)) + "m" + text + "\x1b[0m";
}

} // namespace troupe::cli
