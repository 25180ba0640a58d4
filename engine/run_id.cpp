// SPDX-License-Identifier: Apache-2.0
#include "engine/run_id.hpp"

#include <sys/random.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace troupe {

std::string new_run_id() {
  std::array<uint8_t, 16> bytes{};
  static_cast<void>(getrandom(bytes.data(), bytes.size(), 0)); // 16 bytes always come whole
  auto now = std::chrono::system_clock::now().time_since_epoch();
  auto ms =
    static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  for (size_t i = 0; i < 6; ++i)
    bytes[i] = static_cast<uint8_t>(ms >> (8 * (5 - i)));
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x70);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      text += '-';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 0x0F];
  }
  return text;
}

} // namespace troupe
