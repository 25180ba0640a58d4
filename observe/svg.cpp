// SPDX-License-Identifier: Apache-2.0
#include "observe/svg.hpp"

#include "troupe/encoding.hpp"

#include <array>
#include <cstdio>

namespace troupe::observe {

namespace {

/// `12.5`, not `12.50`.
std::string number(double x) {
  std::array<char, 32> out{};
  auto length = std::snprintf(out.data(), out.size(), "%.2f", x);
  std::string text(out.data(), static_cast<size_t>(length));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.'))
    text.pop_back();
  return text == "-0" ? "0" : text;
}

} // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (auto c : as_utf8(std::string{text}))
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    default:
      auto is_control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
      out += is_control ? "\uFFFD" : std::string(1, c);
    }
  return out;
}

std::string element(const char* name, std::initializer_list<attribute> attributes,
                    std::string_view content) {
  auto out = "<" + std::string{name};
  for (auto& [key, x] : attributes) {
    auto text = std::get_if<std::string>(&x);
    out +=
      " " + std::string{key} + "=\"" + (text ? escaped(*text) : number(std::get<double>(x))) + "\"";
  }
  if (content.empty())
    return out + "/>";
  return out.append(">").append(content).append("</").append(name).append(">");
}

} // namespace troupe::observe
