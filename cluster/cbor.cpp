// SPDX-License-Identifier: Apache-2.0
#include "cluster/cbor.hpp"

#include <cstdint>
#include <vector>

namespace troupe::wire {

namespace {

/// Reads heads of CBOR items, one after another.
class scanner {
public:
  explicit scanner(std::string_view bytes) : rest_{bytes} {}

  bool is_one_document(size_t depth) {
    std::vector<uint64_t> open; // how many items each list around still wants
    do {
      auto inner = next();
      if (!inner || *inner > rest_.size())
        return false;
      if (!open.empty())
        --open.back();
      if (*inner > 0) {
        if (open.size() == depth)
          return false;
        open.push_back(*inner);
      }
      while (!open.empty() && open.back() == 0)
        open.pop_back();
    } while (!open.empty());
    return rest_.empty();
  }

private:
  /// How many items are in this one; nothing if it must not be there.
  std::optional<uint64_t> next() {
    if (rest_.empty())
      return {};
    auto head = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    auto length = argument(head & 0x1f);
    if (!length)
      return {};
    switch (head >> 5) {
    case 0: // whole numbers
    case 1:
    case 7: // null, true, false, fractions
      return 0;
    case 2: // bytes, text
    case 3:
      if (*length > rest_.size())
        return {};
      rest_.remove_prefix(*length);
      return 0;
    case 4: // list
      return *length;
    case 5: // object
      return *length > rest_.size() ? *length : 2 * *length;
    default:
      return {};
    }
  }

  std::optional<uint64_t> argument(uint8_t info) {
    if (info < 24)
      return info;
    if (info > 27)
      return {};
    auto size = size_t{1} << (info - 24);
    if (rest_.size() < size)
      return {};
    uint64_t x = 0;
    for (size_t i = 0; i < size; ++i)
      x = x << 8 | static_cast<uint8_t>(rest_[i]);
    rest_.remove_prefix(size);
    return x;
  }

  std::string_view rest_;
};

} // namespace

void append_cbor(std::string& out, const nlohmann::json& x) {
  nlohmann::json::to_cbor(x, nlohmann::detail::output_adapter<char, std::string>(out));
}

bool is_safe_cbor(std::string_view bytes, size_t depth) {
  return scanner{bytes}.is_one_document(depth);
}

std::optional<nlohmann::json> from_cbor(std::string_view bytes, size_t depth) {
  if (!is_safe_cbor(bytes, depth))
    return {};
  auto x = nlohmann::json::from_cbor(bytes.begin(), bytes.end(), true, false);
  return x.is_discarded() ? std::nullopt : std::optional{std::move(x)};
}

} // namespace troupe::wire
