// SPDX-License-Identifier: Apache-2.0
#include "cluster/frame.hpp"

#include "cluster/cbor.hpp"

#include <algorithm>

namespace troupe::wire {

namespace {

void append_number(std::string& out, size_t x) {
  for (auto shift : {24, 16, 8, 0})
    out += static_cast<char>(x >> shift & 0xff);
}

void append_piece(std::string& out, std::string_view piece) {
  append_number(out, piece.size());
  out += piece;
}

/// Takes pieces from the front of an envelope.
class pieces {
public:
  explicit pieces(std::string_view rest) : rest_{rest} {}

  bool empty() const { return rest_.empty(); }
  size_t size() const { return rest_.size(); }

  std::optional<size_t> number() {
    if (rest_.size() < 4)
      return {};
    size_t x = 0;
    for (size_t i = 0; i < 4; ++i)
      x = x << 8 | static_cast<uint8_t>(rest_[i]);
    rest_.remove_prefix(4);
    return x;
  }

  std::optional<std::string_view> piece() {
    auto length = number();
    if (!length || *length > rest_.size())
      return {};
    auto x = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    return x;
  }

private:
  std::string_view rest_;
};

std::optional<item> next_item(pieces& from) {
  auto head = from.piece();
  auto count = from.number();
  if (!head || !count || *count > from.size())
    return {};
  auto said = from_cbor(*head, deepest_head);
  auto is_item = said && said->is_array() && !said->empty() && said->front().is_string();
  if (!is_item)
    return {};
  item out{std::move(*said), {}};
  for (size_t i = 0; i < *count; ++i) {
    auto entry = from.piece();
    if (!entry)
      return {};
    out.values.push_back(*entry);
  }
  return out;
}

bool nests_deeper(const nlohmann::json& x, size_t depth) {
  if (!x.is_structured() || x.empty())
    return false;
  return depth == 0 || std::any_of(x.begin(), x.end(),
                                   [=](auto& inner) { return nests_deeper(inner, depth - 1); });
}

} // namespace

bool is_too_deep(const nlohmann::json& head) { return nests_deeper(head, deepest_head); }

std::string bytes_of(const nlohmann::json& head, const packed_values& values) {
  std::string said, out;
  append_cbor(said, head);
  out.reserve(said.size() + values.size() + 4 * values.entries().size() + 8);
  append_piece(out, said);
  append_number(out, values.entries().size());
  for (auto& entry : values.entries())
    append_piece(out, entry);
  return out;
}

std::optional<std::vector<item>> items_of(std::string_view envelope) {
  std::vector<item> all;
  pieces rest{envelope};
  while (!rest.empty()) {
    auto one = next_item(rest);
    if (!one)
      return {};
    all.push_back(std::move(*one));
  }
  return all;
}

} // namespace troupe::wire
