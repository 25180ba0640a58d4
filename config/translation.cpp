// SPDX-License-Identifier: Apache-2.0
#include "config/translation.hpp"

#include "config/document/origins.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

using nlohmann::json;

namespace {

/// A member by the same key of the same object needs no words.
bool is_below(const std::string& pointer, const std::string& own, std::string_view key) {
  return pointer.size() == own.size() + 1 + key.size() && pointer[own.size()] == '/' &&
         pointer.starts_with(own) && pointer.ends_with(key);
}

native_json& origin_of(native_json& object, std::string_view key) {
  auto& origins = object[origins_key];
  if (!origins.is_object())
    origins = native_json::object();
  return origins[std::string{key}];
}

void note_origin(native_json& object, std::string_view key, const reader& from) {
  auto& own = origin_of(object, "").get_ref<const std::string&>();
  if (!is_below(from.pointer(), own, key))
    origin_of(object, key) = from.pointer();
}

} // namespace

native_object::native_object(const reader& from) { origin_of(json_, "") = from.pointer(); }

native_object::native_object(native_json made, const reader& from) : json_(std::move(made)) {
  if (auto& own = origin_of(json_, ""); own.is_null())
    own = from.pointer();
}

native_object& native_object::set(std::string_view key, native_json x) {
  json_[std::string{key}] = std::move(x);
  return *this;
}

native_object& native_object::set(std::string_view key, native_json x, const reader& from) {
  note_origin(json_, key, from);
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

native_object& native_object::add_to(std::string_view key, std::string_view inner, native_json x,
                                     const reader& from) {
  auto& member = json_[std::string{key}];
  if (!member.is_object())
    member = native_json::object();
  if (!member.contains(origins_key))
    origin_of(member, "") = from.pointer();
  note_origin(member, inner, from);
  member[std::string{inner}] = std::move(x);
  return *this;
}

native_json as_written(const reader& x, const text_fn& text) {
  auto& from = x.json();
  if (from.is_string() && text)
    return text(x, from.get_ref<const std::string&>());
  if (from.is_object()) {
    native_object out{x};
    for (auto& [key, member] : x.members())
      out.set(key, as_written(member, text));
    return out.take();
  }
  if (!from.is_array())
    return native_json(from);
  auto out = native_json::array();
  for (auto& item : x.items())
    out.push_back(as_written(item, text));
  return out;
}

namespace {

std::string hint_for(const std::string& key, const std::vector<std::string>& known) {
  auto hint = other_word_for(key, known);
  return hint.empty() ? did_you_mean(key, known) : hint;
}

} // namespace

void warn_of_unknown_keys(const reader& in, const std::vector<std::string>& known,
                          std::string_view whose) {
  for (auto& [key, x] : in.members())
    if (!is_comment(key) && !is_one_of(known, key))
      x.warning_at_key(
        {"unknown_key",
         "unknown key \"" + key + "\" in " + std::string{whose} + ": it does nothing",
         hint_for(key, known)});
}

void copy(const reader& in, const std::vector<std::string>& keys, native_object& out,
          const text_fn& text) {
  for (auto& [key, x] : in.members())
    if (is_one_of(keys, key))
      out.set(key, as_written(x, text), x);
}

namespace {

/// The tree that readers read.
json plain(const native_json& x, written_order& order) {
  if (x.is_array()) {
    json out(json::value_t::array);
    out.get_ref<json::array_t&>().reserve(x.size());
    for (auto& item : x)
      out.push_back(plain(item, order));
    return out;
  }
  if (!x.is_object())
    return json(x);
  json out(json::value_t::object);
  written_order::keys keys;
  for (auto& [key, member] : x.items())
    if (key != origins_key)
      keys.push_back(
        &out.get_ref<json::object_t&>().try_emplace(key, plain(member, order)).first->first);
  order.note(out, std::move(keys));
  return out;
}

std::string on_a_line(const native_json& x) {
  if (!x.is_structured() || x.empty())
    return x.dump();
  std::string out;
  for (auto& [key, member] : x.items())
    out += (out.empty() ? "" : ", ") + (x.is_object() ? json(key).dump() + ": " : "") +
           on_a_line(member);
  return x.is_object() ? "{" + out + "}" : "[" + out + "]";
}

void print(const native_json& x, size_t indent, std::string& out) {
  constexpr size_t longest_line = 100;
  auto line = on_a_line(x);
  if (!x.is_structured() || x.empty() || (indent > 0 && indent + line.size() <= longest_line)) {
    out += line;
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

/// What the reading of it needed, and nobody else knows.
void remove_origins(native_json& x) {
  if (x.is_object())
    x.erase(origins_key);
  if (x.is_structured())
    for (auto& member : x)
      remove_origins(member);
}

} // namespace

void take_translation(document& x, native_json made) {
  written_order order;
  x.root = plain(made, order);
  x.order = std::move(order);
  x.translated = std::move(made);
}

std::string pretty(native_json x) {
  remove_origins(x);
  std::string out;
  print(x, 0, out);
  return out + "\n";
}

} // namespace troupe::config
