// SPDX-License-Identifier: Apache-2.0
#include "config/translation.hpp"

namespace troupe::config {

using nlohmann::json;

namespace {

/// Where the parts of an object were written: the key of a member that no document can hold.
constexpr auto origins_key = "\xFFwritten";

} // namespace

native_object::native_object(const reader& from) {
  json_[origins_key] = native_json::object({{"", from.pointer()}});
}

native_object& native_object::set(std::string_view key, native_json x) {
  json_[std::string{key}] = std::move(x);
  return *this;
}

native_object& native_object::set(std::string_view key, native_json x, const reader& from) {
  json_[origins_key][std::string{key}] = from.pointer();
  return set(key, std::move(x));
}

native_json native_object::remove(std::string_view key) {
  native_json out;
  if (auto found = json_.find(std::string{key}); found != json_.end()) {
    out = std::move(*found);
    json_.erase(found);
  }
  return out;
}

native_json as_written(const reader& x) {
  auto& from = x.json();
  if (from.is_object()) {
    native_object out{x};
    for (auto& [key, member] : x.members())
      out.set(key, as_written(member));
    return out.take();
  }
  if (!from.is_array())
    return native_json(from);
  auto out = native_json::array();
  for (auto& item : x.items())
    out.push_back(as_written(item));
  return out;
}

namespace {

class walk {
public:
  explicit walk(const document& from) : from_{from} {}

  /// `origin`: where the value was written; empty if it was not, and `x` is not the root.
  json take(native_json& x, const std::string& pointer, const std::string& origin,
            bool is_written) {
    auto own = origin;
    native_json origins;
    if (x.is_object() && x.contains(origins_key)) {
      origins = std::move(x[origins_key]);
      x.erase(origins_key);
      own = origins[""].get<std::string>();
      is_written = true;
    }
    if (auto known = from_.places.find(own); is_written && known != from_.places.end()) {
      places_.emplace(pointer, known->second);
      origins_.emplace(pointer, own);
    } else {
      is_written = false;
    }
    ranks_.emplace(pointer, ranks_.size() + 1);
    if (x.is_object()) {
      auto out = json::object();
      for (auto& [key, member] : x.items()) {
        auto renamed = origins.find(key);
        auto from =
          renamed != origins.end() ? renamed->template get<std::string>() : below(own, key);
        out[key] = take(member, below(pointer, key), from, is_written);
      }
      return out;
    }
    if (!x.is_array())
      return json(std::move(x));
    auto out = json::array();
    for (size_t i = 0; i < x.size(); ++i)
      out.push_back(take(x[i], below(pointer, i), below(own, i), is_written));
    return out;
  }

  void put_into(document& x) {
    x.places = std::move(places_);
    x.origins = std::move(origins_);
    x.ranks = std::move(ranks_);
  }

private:
  const document& from_;
  std::unordered_map<std::string, place> places_;
  std::unordered_map<std::string, std::string> origins_;
  std::unordered_map<std::string, size_t> ranks_;
};

/// Whether the whole of it is short enough for one line, and holds no object but small ones.
bool fits_on_a_line(const native_json& x, size_t indent) {
  constexpr size_t line = 100;
  return indent + x.dump().size() <= line;
}

void print(const native_json& x, size_t indent, std::string& out) {
  if (!x.is_structured() || x.empty() || (indent > 0 && fits_on_a_line(x, indent))) {
    out += x.dump();
    return;
  }
  auto inner = std::string(indent + 2, ' ');
  out += x.is_object() ? "{" : "[";
  auto first = true;
  for (auto& [key, member] : x.items()) {
    out += (first ? "\n" : ",\n") + inner;
    if (x.is_object())
      out += json(key).dump() + ": ";
    print(member, indent + 2, out);
    first = false;
  }
  out += "\n" + std::string(indent, ' ') + (x.is_object() ? "}" : "]");
}

} // namespace

void take_translation(document& x, native_json made) {
  walk all{x};
  x.root = all.take(made, "", "", true);
  x.translated = std::move(made);
  all.put_into(x);
}

std::string pretty(const native_json& x) {
  std::string out;
  print(x, 0, out);
  return out + "\n";
}

} // namespace troupe::config
