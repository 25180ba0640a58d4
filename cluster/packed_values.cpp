// SPDX-License-Identifier: Apache-2.0
#include "cluster/packed_values.hpp"

#include "cluster/cbor.hpp"

#include <algorithm>

namespace troupe::wire {

using nlohmann::json;

namespace {

/// What the first byte of an entry says that it is.
constexpr char plain = 'p';  // JSON
constexpr char list = 'l';   // of earlier entries
constexpr char object = 'o'; // likewise, each behind its name
constexpr char shared = 's'; // what the other side has

/// From that size on it is worth while to ask whether the other side has it.
constexpr size_t smallest_shared = 4096;

/// Values nested deeper than this are refused, as in documents.
constexpr size_t deepest = 256;

} // namespace

value_number packed_values::add(const value& x) {
  auto identity = x.identity();
  if (auto found = known_.find(identity); found != known_.end())
    return found->second;
  auto entry = entry_of(x);
  size_ += entry.size();
  entries_.push_back(std::move(entry));
  kept_.push_back(x);
  return known_[identity] = entries_.size() - 1;
}

std::string packed_values::entry_of(const value& x) {
  if (!x.is_composite()) {
    std::string entry{plain};
    append_cbor(entry, x.json());
    if (known_elsewhere_ && entry.size() >= smallest_shared)
      if (auto number = known_elsewhere_(x, entry)) {
        entry = shared;
        append_cbor(entry, *number);
      }
    return entry;
  }
  std::string entry{x.is_array() ? list : object};
  auto parts = json::array();
  if (x.is_array())
    for (size_t i = 0; i < x.size(); ++i)
      parts.push_back(add(*x.at(i)));
  else
    x.each_member([&](const std::string& name, const value& member) {
      parts.push_back(name);
      parts.push_back(add(member));
    });
  append_cbor(entry, parts);
  return entry;
}

namespace {

/// Makes values of entries that name earlier ones.
class unpacker {
public:
  unpacker(std::vector<value>& all, const unpacked_values::known_fn& known)
    : all_{all}, known_{known} {}

  bool add(std::string_view entry) {
    if (entry.empty())
      return false;
    auto x = from_cbor(entry.substr(1));
    if (!x)
      return false;
    depth_ = 0;
    auto made = value_of(entry.front(), std::move(*x));
    if (!made || depth_ >= deepest)
      return false;
    all_.push_back(std::move(*made));
    depths_.push_back(depth_ + 1);
    return true;
  }

private:
  std::optional<value> value_of(char what, json x) {
    if (what == plain)
      return value{std::move(x)};
    if (what == shared)
      return x.is_number_unsigned() && known_ ? known_(x.get<uint64_t>()) : std::nullopt;
    if (!x.is_array())
      return {};
    if (what == list)
      return list_of(x);
    return what == object ? object_of(x) : std::nullopt;
  }

  const value* earlier(const json& number) {
    if (!number.is_number_unsigned() || number.get<uint64_t>() >= all_.size())
      return nullptr;
    auto place = number.get<uint64_t>();
    depth_ = std::max(depth_, depths_[place]);
    return &all_[place];
  }

  std::optional<value> list_of(const json& x) {
    std::vector<value> items;
    for (auto& number : x) {
      auto item = earlier(number);
      if (!item)
        return {};
      items.push_back(*item);
    }
    return value::list(std::move(items));
  }

  std::optional<value> object_of(const json& x) {
    std::vector<value::member> members;
    for (size_t i = 0; i + 1 < x.size(); i += 2) {
      auto member = earlier(x[i + 1]);
      if (!member || !x[i].is_string())
        return {};
      members.emplace_back(x[i].get<std::string>(), *member);
    }
    return value::object(std::move(members));
  }

  std::vector<value>& all_;
  const unpacked_values::known_fn& known_;
  std::vector<size_t> depths_; // of each, how many entries are below it
  size_t depth_ = 0;           // of what is being made
};

} // namespace

std::optional<unpacked_values> unpacked_values::from(const std::vector<std::string_view>& entries,
                                                     const known_fn& known) {
  unpacked_values out;
  unpacker make{out.all_, known};
  for (auto entry : entries)
    if (!make.add(entry))
      return {};
  return out;
}

value unpacked_values::at(const json& number) const {
  auto is_one = number.is_number_unsigned() && number.get<uint64_t>() < all_.size();
  return is_one ? all_[number.get<uint64_t>()] : value{};
}

} // namespace troupe::wire
