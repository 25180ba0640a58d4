// SPDX-License-Identifier: Apache-2.0
#include "config/document/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace troupe::config {

namespace {

/// Bytes of the sequence that begins here; 0 if it is none. Source: RFC 3629, section 4.
size_t sequence_length(std::string_view x) {
  auto byte = [&](size_t i) { return i < x.size() ? static_cast<uint8_t>(x[i]) : uint8_t{0}; };
  auto within = [&](size_t i, int low, int high) { return byte(i) >= low && byte(i) <= high; };
  auto tail = [&](size_t i) { return within(i, 0x80, 0xBF); };
  auto lead = byte(0);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead <= 0xDF)
    return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    auto second = within(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    auto second = within(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

} // namespace

size_t first_invalid_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    auto length = sequence_length(text.substr(at));
    if (length == 0)
      return at;
    at += length;
  }
  return std::string_view::npos;
}

size_t code_points(std::string_view text) {
  auto starts = [](char x) { return (static_cast<uint8_t>(x) & 0xC0) != 0x80; };
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), starts));
}

} // namespace troupe::config
