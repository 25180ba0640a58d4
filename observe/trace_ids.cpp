// SPDX-License-Identifier: Apache-2.0
#include "observe/trace_ids.hpp"

#include <openssl/evp.h>

#include <array>
#include <cctype>
#include <cstdint>
#include <string_view>

namespace troupe::observe {

namespace {

constexpr size_t digits_of_trace = 32, digits_of_span = 16;

std::string digest_of(const std::string& text, size_t digits) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::array<uint8_t, EVP_MAX_MD_SIZE> bytes{};
  EVP_Digest(text.data(), text.size(), bytes.data(), nullptr, EVP_sha256(), nullptr);
  std::string out;
  for (size_t i = 0; i < digits / 2; ++i)
    out += {hex[bytes[i] >> 4], hex[bytes[i] & 15]};
  return out;
}

/// Its hex digits, if it is a UUID.
std::string digits_of_uuid(const std::string& text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  std::string digits;
  auto fits = text.size() == shape.size();
  for (size_t i = 0; fits && i < shape.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    fits = shape[i] == 'x' ? std::isxdigit(c) != 0 : c == '-';
    if (fits && shape[i] == 'x')
      digits += static_cast<char>(std::tolower(c));
  }
  return fits ? digits : "";
}

} // namespace

std::string trace_id_of(const std::string& run_id) {
  auto digits = digits_of_uuid(run_id);
  auto is_id = digits.find_first_not_of('0') != digits.npos; // all 0 is the id of nothing
  return is_id ? digits : digest_of(run_id, digits_of_trace);
}

std::string span_id_of(const std::string& run_id, const std::string& path, size_t earlier) {
  return digest_of(run_id + "\n" + path + "\n" + std::to_string(earlier), digits_of_span);
}

} // namespace troupe::observe
